import type { Split } from '../evaluation/split.ts'
import { rowHash } from '../rankers/boosting/row-hash.ts'
import { historyOf, type ShopperHistory } from '../sequences.ts'
import { FeatureRows } from './feature-rows.ts'
import type { Feature } from './features/feature.ts'
import type { TwoStageSettings } from './settings.ts'
import type { StageOne } from './stage-one.ts'

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

type RowSettings = Pick<TwoStageSettings, 'negatives' | 'answers'> & { readonly features: readonly Feature[] }

/**
 * Rows of the questions of a split that have both kinds of candidates: all that came, and of the others about
 * `negatives` a question, drawn by a hash of question and item. Of questions with more than `answers` right answers
 * in all, about the share that has so many is drawn by a hash.
 */
export function trainingRows(
  stage: StageOne,
  split: Split,
  { features, negatives, answers }: RowSettings,
): TrainingRows {
  const rows = new FeatureRows(features)
  const labels: number[] = []
  const groups = [0]
  const share = answers / split.targets.reduce((sum, { size }) => sum + size, 0)
  for (const question of byDay(split)) {
    if (rowHash(DRAWING_SEED, question.index, 0) >= share * 2 ** 32) continue
    const { items, inputsOf } = stage.gather(stage.question(question.history, question.asOfDay))
    const targets = split.targets[question.index] ?? NONE
    const right = items.filter((item) => targets.has(item)).length
    if (right === 0 || right === items.length) continue
    const negativeShare = negatives / (items.length - right)
    for (const item of items) {
      const label = targets.has(item) ? 1 : 0
      if (label === 0 && rowHash(SAMPLING_SEED, question.index, item) >= negativeShare * 2 ** 32) continue
      rows.add(inputsOf(item))
      labels.push(label)
    }
    groups.push(rows.rowCount)
  }
  return {
    values: rows.toColumns(),
    rowCount: rows.rowCount,
    groups: Int32Array.from(groups),
    labels: Float32Array.from(labels),
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
