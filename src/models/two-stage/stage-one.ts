import type { Driver } from '../candidates/candidate-source.ts'
import type { Training } from '../recommender.ts'
import type { ShopperHistory } from '../sequences.ts'
import type { FeatureInputs, ScoringSourceName } from './features/feature.ts'
import { itemKinds, tastesOf } from './figures/categories.ts'
import { figuresByDay } from './figures/figures-at.ts'
import { itemTimelines } from './figures/item-timelines.ts'
import { NO_PAIR, pairFigures } from './figures/pair-figures.ts'
import { type SegmentShares, segmentShares } from './figures/segment-shares.ts'
import { populationOf, shopperFigures } from './figures/shopper-figures.ts'
import { ScoreBoard } from './score-board.ts'
import type { TwoStageSettings } from './settings.ts'
import { itemSources } from './sources/item-sources.ts'
import type { Question, ScoringSource } from './sources/source.ts'

/** All that was learnt or counted before the ranker: candidates of a question, and the figures of each. */
export type StageOne = {
  readonly question: (history: ShopperHistory, asOfDay: number | null) => Question
  /** The candidates of a question with what they are judged by; valid until the next question is gathered. */
  readonly gather: (question: Question) => Gathered
}

export type Gathered = {
  /** Distinct, ascending. */
  readonly items: Int32Array
  /** Read it before asking for the next: what it holds is overwritten. */
  readonly inputsOf: (item: number) => FeatureInputs
}

export type StageOneOptions = {
  readonly training: Training
  /** What says a score of any item; those that are absent give features that are not known. */
  readonly scoring: ReadonlyMap<ScoringSourceName, ScoringSource>
  /** Whether what a shopper had may be a candidate. */
  readonly proposesBought: boolean
  /** Drivers whose sources are left out. */
  readonly without: ReadonlySet<Driver>
  readonly settings: TwoStageSettings
}

/** Counts what the past says; nothing is read again when questions are asked. */
export function stageOne({
  training,
  scoring,
  proposesBought,
  without,
  settings,
}: StageOneOptions): StageOne {
  const { sequences, content } = training
  const kinds = itemKinds(content)
  const figuresOf = figuresByDay(itemTimelines(sequences), kinds.categories)
  const shares = segmentShares(sequences)
  const population = populationOf(sequences)
  const sources = itemSources(kinds, shares, settings.limits).filter(
    ({ source }) => !without.has(source.driver),
  )
  const board = new ScoreBoard(sequences.itemCount, scoring, settings.limits)
  const union = new CandidateUnion(sequences.itemCount)
  return {
    question: (history, asOfDay) => ({
      history,
      figures: figuresOf(asOfDay),
      shopper: shopperFigures(history, asOfDay, population),
      pairs: pairFigures(history, asOfDay),
      tastes: tastesOf(history, asOfDay, kinds),
    }),
    gather: (question) => {
      const isAllowed = (item: number) => proposesBought || !question.pairs.has(item)
      for (const proposed of board.fill(question.history)) union.add(proposed, isAllowed)
      for (const { source, limit } of sources) union.add(source.propose(question, limit), isAllowed)
      return { items: union.take(), inputsOf: inputsOf(question, board, shares) }
    },
  }
}

/** Items from several lists, each once. */
class CandidateUnion {
  private readonly marks: Int32Array
  private mark = 1
  private found: number[] = []

  constructor(itemCount: number) {
    this.marks = new Int32Array(itemCount)
  }

  add(items: Int32Array, isAllowed: (item: number) => boolean): void {
    for (const item of items) {
      if (this.marks[item] === this.mark) continue
      this.marks[item] = this.mark
      if (isAllowed(item)) this.found.push(item)
    }
  }

  /** What was added since the last time, ascending. */
  take(): Int32Array {
    const items = Int32Array.from(this.found).sort()
    this.found = []
    this.mark += 1
    return items
  }
}

function inputsOf(
  { history, figures, shopper, pairs, tastes }: Question,
  board: ScoreBoard,
  shares: SegmentShares,
): (item: number) => FeatureInputs {
  const segmentShare = shares.of(history.person)
  return (item) => ({
    item: figures.of(item),
    shopper,
    pair: pairs.get(item) ?? NO_PAIR,
    taste: tastes.of(item),
    segment: {
      segmentShare: segmentShare?.[item] ?? Number.NaN,
      everybodyShare: segmentShare === null ? Number.NaN : (shares.everybody[item] ?? Number.NaN),
    },
    scores: board.of(item),
  })
}
