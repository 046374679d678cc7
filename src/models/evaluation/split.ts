import { DAY_MS } from '../../core/duration.ts'
import type { ItemContent } from '../content/item-content.ts'
import type { RecallRule } from '../metrics/ranking-metrics.ts'
import type { Training } from '../recommender.ts'
import {
  firstOfEach,
  hasRepeats,
  historyOf,
  type Sequences,
  type Stretch,
  shopperCount,
  stretchesOf,
} from '../sequences.ts'

/** A data set as evaluation sees it. */
export type Interactions = {
  readonly sequences: Sequences
  readonly content: ItemContent | null
  /** The data's own division of shoppers, by number; absent where it has none. */
  readonly ownSplit?: OwnSplit
  /** What was looked at, one history a session; absent where the data has no clickstream. */
  readonly sessions?: Sequences
}

/** Shoppers that are learnt from whole, and shoppers whose last basket is to be told. */
export type OwnSplit = {
  readonly train: readonly number[]
  readonly validation: readonly number[]
  readonly test: readonly number[]
}

/** What is learnt from, what is asked, and what was right. */
export type Split = {
  readonly training: Training
  /** The history that each evaluated user is asked with, all of it before the targets. */
  readonly queries: Sequences
  /** Target items of the same users, one set each, never empty. */
  readonly targets: readonly ReadonlySet<number>[]
  readonly recallRule: RecallRule
  /** Items of the query are not proposed, because nobody in the data has an item twice. */
  readonly masksSeen: boolean
}

/** Which event of the sequence is the target. Settings are chosen on `validation`, figures are of `test`. */
export type HeldOut = 'test' | 'validation'

/**
 * Leave-one-out: of each shopper with at least 3 events the last one is the target of `test`, the one before
 * of `validation`. Models learn from neither (all but the last two events); the query is everything before the
 * target, so that a test query ends with the validation event. Repeats are masked if the data has none.
 *
 * @param learns `all-but-target`: as a shop would be served, the validation event is learnt too (a refit)
 */
export function leaveOneOut(
  { sequences, content }: Interactions,
  heldOut: HeldOut,
  learns: 'all-but-two' | 'all-but-target' = 'all-but-two',
): Split {
  const kept = learns === 'all-but-two' ? 2 : heldOut === 'test' ? 1 : 2
  const back = heldOut === 'test' ? 1 : 2
  const masksSeen = !hasRepeats(sequences)
  const training = firstOfEach(sequences, (length) => (length < 3 ? length : length - kept))
  const queries: Stretch[] = []
  const targets: ReadonlySet<number>[] = []
  for (let shopper = 0; shopper < shopperCount(sequences); shopper += 1) {
    const { items } = historyOf(sequences, shopper)
    const target = items.at(-back)
    if (items.length < 3 || target === undefined) continue
    queries.push({ shopper, from: 0, to: items.length - back })
    targets.push(new Set([target]))
  }
  return {
    training: { sequences: training, content, asOfDay: null },
    queries: askedAtTargets(sequences, queries),
    targets,
    recallRule: 'all-targets',
    masksSeen,
  }
}

export type Period = {
  /** First day of the targets; models and queries see the days before it. */
  readonly cutoffDay: number
  readonly horizonDays: number
}

/**
 * Next period: targets are the distinct items of days [cutoffDay, cutoffDay + horizonDays), of the shoppers who
 * have events before the cut-off and in the period. Repeats are right answers.
 * @throws Error if the data has no days
 */
export function nextPeriod({ sequences, content }: Interactions, { cutoffDay, horizonDays }: Period): Split {
  if (sequences.days === null) throw new Error('bug: next-period needs days')
  const before = (shopper: number) => countBefore(historyOf(sequences, shopper).days, cutoffDay)
  const training = firstOfEach(sequences, (_length, shopper) => before(shopper))
  const queries: Stretch[] = []
  const targets: ReadonlySet<number>[] = []
  for (let shopper = 0; shopper < shopperCount(sequences); shopper += 1) {
    const { items, days } = historyOf(sequences, shopper)
    const from = before(shopper)
    const to = countBefore(days, cutoffDay + horizonDays)
    if (from === 0 || to === from) continue
    queries.push({ shopper, from: 0, to: from })
    targets.push(new Set(items.subarray(from, to)))
  }
  return {
    training: { sequences: training, content, asOfDay: cutoffDay },
    queries: askedAtDay(stretchesOf(sequences, queries), cutoffDay),
    targets,
    recallRule: 'capped-targets',
    masksSeen: false,
  }
}

/** The stretches as questions, each asked at the instant of the entry that follows it. */
export function askedAtTargets(sequences: Sequences, queries: readonly Stretch[]): Sequences {
  const atMs = sequences.lines?.atMs
  const cut = stretchesOf(sequences, queries)
  if (!atMs) return cut
  const instants = queries.map(({ shopper, to }) => atMs[(sequences.starts[shopper] ?? 0) + to] ?? 0)
  return { ...cut, asOfMs: Float64Array.from(instants) }
}

/** Questions that are all asked at the beginning of a day. */
export function askedAtDay(queries: Sequences, day: number): Sequences {
  if (queries.firstDayMs === undefined) return queries
  const asOfMs = new Float64Array(shopperCount(queries)).fill(queries.firstDayMs + day * DAY_MS)
  return { ...queries, asOfMs }
}

/** Number of the last day with an event. @throws Error if the data has no days */
export function lastDay({ days }: Sequences): number {
  if (days === null) throw new Error('bug: no days')
  return days.reduce((latest, day) => Math.max(latest, day), 0)
}

function countBefore(days: Int32Array | null, day: number): number {
  if (days === null) return 0
  let count = 0
  while (count < days.length && (days[count] ?? 0) < day) count += 1
  return count
}
