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
import { driverBits, type Proposed } from './proposers.ts'
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

export type Gathered = Proposed & {
  /** Read it before asking for the next: what it holds is overwritten. */
  readonly inputsOf: (item: number) => FeatureInputs
}

export type StageOneOptions = {
  readonly training: Training
  /** What says a score of any item; those that are absent give features that are not known. */
  readonly scoring: ReadonlyMap<ScoringSourceName, ScoringSource>
  /** Whether what a shopper had may be a candidate. */
  readonly proposesBought: boolean
  readonly settings: TwoStageSettings
}

/** Counts what the past says; nothing is read again when questions are asked. */
export function stageOne({ training, scoring, proposesBought, settings }: StageOneOptions): StageOne {
  const { sequences, content } = training
  const kinds = itemKinds(content)
  const figuresOf = figuresByDay(itemTimelines(sequences), kinds.categories)
  const shares = segmentShares(sequences)
  const population = populationOf(sequences)
  const sources = itemSources(kinds, shares, settings.limits)
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
      for (const { driver, items } of board.fill(question.history)) union.add(driver, items, isAllowed)
      for (const { source, limit } of sources) {
        union.add(source.driver, source.propose(question, limit), isAllowed)
      }
      return { ...union.take(), inputsOf: inputsOf(question, board, shares) }
    },
  }
}

/** Items from several lists, each once, with the drivers of those lists. */
class CandidateUnion {
  /** By item; 0 where nothing proposes it. */
  private readonly bits: Int32Array
  private found: number[] = []

  constructor(itemCount: number) {
    this.bits = new Int32Array(itemCount)
  }

  add(driver: Driver, items: Int32Array, isAllowed: (item: number) => boolean): void {
    const bit = driverBits([driver])
    for (const item of items) {
      const known = this.bits[item] ?? 0
      if (known === 0) {
        if (!isAllowed(item)) continue
        this.found.push(item)
      }
      this.bits[item] = known | bit
    }
  }

  /** What was added since the last time, ascending. */
  take(): Proposed {
    const items = Int32Array.from(this.found).sort()
    const proposers = items.map((item) => this.bits[item] ?? 0)
    for (const item of items) this.bits[item] = 0
    this.found = []
    return { items, proposers }
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
