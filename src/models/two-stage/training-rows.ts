import type { Driver } from '../candidates/candidate-source.ts'
import type { Split } from '../evaluation/split.ts'
import { rowHash } from '../rankers/boosting/row-hash.ts'
import { historyOf, type ShopperHistory } from '../sequences.ts'
import { FeatureRows } from './feature-rows.ts'
import type { Feature } from './features/feature.ts'
import { FEATURES } from './features/features.ts'
import { driverBits } from './proposers.ts'
import type { TwoStageSettings } from './settings.ts'
import type { Gathered, StageOne } from './stage-one.ts'

/** Candidates of answered questions, each question a group of consecutive rows. */
export type TrainingRows = {
  /** Column after column, `features x rowCount`. */
  readonly values: Float32Array
  readonly rowCount: number
  /** Group g is the rows [groups[g], groups[g + 1]). */
  readonly groups: Int32Array
  /** 1 where the shopper took it, else 0. */
  readonly labels: Float32Array
}

/** One of the rankers that learn from the same questions: the columns that it reads, and whose candidates it does without. */
export type RowsOf = { readonly features: readonly Feature[]; readonly without: ReadonlySet<Driver> }

/**
 * Rows of the questions of a split that have both kinds of candidates: all that came, and of the others about
 * `negatives` a question, drawn by a hash of question and item. Of questions with more than `answers` right answers
 * in all, about the share that has so many is drawn by a hash.
 * @returns the rows of each ranker, as if there were no other; what several need is gathered and computed once
 */
export function trainingRows(
  stage: StageOne,
  split: Split,
  { negatives, answers }: Pick<TwoStageSettings, 'negatives' | 'answers'>,
  rankers: readonly RowsOf[],
): readonly TrainingRows[] {
  const read = FEATURES.filter((feature) => rankers.some(({ features }) => features.includes(feature)))
  const rows = new FeatureRows(read)
  const chosen = rankers.map(({ without }) => new ChosenRows(~driverBits(without), negatives))
  const share = answers / split.targets.reduce((sum, { size }) => sum + size, 0)
  for (const question of byDay(split)) {
    if (rowHash(DRAWING_SEED, question.index, 0) >= share * 2 ** 32) continue
    const gathered = stage.gather(stage.question(question.history, question.asOfDay))
    const targets = split.targets[question.index] ?? NONE
    for (const one of chosen) one.begin(gathered, targets)
    for (const [place, item] of gathered.items.entries()) {
      const row = { place, isRight: targets.has(item), lot: rowHash(SAMPLING_SEED, question.index, item) }
      let isAdded = false
      for (const one of chosen) {
        if (!one.takes(gathered, row)) continue
        if (!isAdded) rows.add(gathered.inputsOf(item))
        isAdded = true
        one.add(rows.rowCount - 1, row.isRight)
      }
    }
    for (const one of chosen) one.end()
  }
  const columns = rows.toColumns()
  return rankers.map(({ features }, index) => {
    const numbers = features.map((feature) => read.indexOf(feature))
    return (chosen[index] as ChosenRows).of(columns, rows.rowCount, numbers)
  })
}

type Candidate = { readonly place: number; readonly isRight: boolean; readonly lot: number }

/** Which of the rows that are gathered one ranker learns from. */
class ChosenRows {
  /** Bits of the drivers whose candidates it has. */
  private readonly drivers: number
  private readonly negatives: number
  private readonly numbers: number[] = []
  private readonly labels: number[] = []
  private readonly groups: number[] = [0]
  /** Lots below it are drawn, of the candidates that did not come; NaN: the question teaches nothing. */
  private bound = Number.NaN

  constructor(drivers: number, negatives: number) {
    this.drivers = drivers
    this.negatives = negatives
  }

  begin({ items, proposers }: Gathered, targets: ReadonlySet<number>): void {
    let [right, all] = [0, 0]
    for (const [place, item] of items.entries()) {
      if (((proposers[place] ?? 0) & this.drivers) === 0) continue
      all += 1
      if (targets.has(item)) right += 1
    }
    this.bound = right === 0 || right === all ? Number.NaN : (this.negatives / (all - right)) * 2 ** 32
  }

  takes({ proposers }: Gathered, { place, isRight, lot }: Candidate): boolean {
    if (Number.isNaN(this.bound) || ((proposers[place] ?? 0) & this.drivers) === 0) return false
    return isRight || lot < this.bound
  }

  add(row: number, isRight: boolean): void {
    this.numbers.push(row)
    this.labels.push(isRight ? 1 : 0)
  }

  end(): void {
    if (!Number.isNaN(this.bound)) this.groups.push(this.numbers.length)
  }

  /** @param columns of `height` rows; those with the numbers are read */
  of(columns: Float32Array, height: number, numbers: readonly number[]): TrainingRows {
    const rowCount = this.numbers.length
    const values = new Float32Array(numbers.length * rowCount)
    for (const [place, number] of numbers.entries()) {
      const column = columns.subarray(number * height, (number + 1) * height)
      for (let row = 0; row < rowCount; row += 1) {
        values[place * rowCount + row] = column[this.numbers[row] ?? 0] ?? Number.NaN
      }
    }
    return {
      values,
      rowCount,
      groups: Int32Array.from(this.groups),
      labels: Float32Array.from(this.labels),
    }
  }
}

const SAMPLING_SEED = 1
const DRAWING_SEED = 2
const NONE: ReadonlySet<number> = new Set()

/** The instant of a question where the protocol names none: the day after the last one of the history. */
export function asOfDayOf({ days }: ShopperHistory, asOfDay: number | null): number | null {
  if (asOfDay !== null || days === null) return asOfDay
  const last = days.at(-1)
  return last === undefined ? null : last + 1
}

/** Questions by the day that they are asked on, because figures are kept by day. */
function byDay({ queries, training, targets }: Split) {
  return Array.from(targets, (_targets, index) => {
    const history = historyOf(queries, index)
    return { index, history, asOfDay: asOfDayOf(history, training.asOfDay) }
  }).sort((a, b) => (a.asOfDay ?? 0) - (b.asOfDay ?? 0) || a.index - b.index)
}
