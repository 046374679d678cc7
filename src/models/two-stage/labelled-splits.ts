import { nextBasket } from '../evaluation/next-basket.ts'
import { leaveOneOut, nextPeriod, type Split } from '../evaluation/split.ts'
import type { Training } from '../recommender.ts'
import { hasRepeats } from '../sequences.ts'
import type { TwoStageSettings } from './settings.ts'

/**
 * The past divided as evaluation divides the whole, so that what is learnt is what will be asked: what was learnt
 * from, what was asked and what came, all before the instant that the training is for. Latest first; each is made
 * when it is asked for, so that one is in memory at a time.
 *
 * With an as-of: periods of the same length that end by it. Without, but with orders: each shopper's last basket,
 * then the ones before it. Else: each shopper's last event, asked with the one before it not learnt from.
 */
export function* labelledSplits(training: Training, settings: TwoStageSettings): Generator<Split> {
  const { sequences, content, asOfDay } = training
  if (asOfDay !== null && sequences.days !== null) yield* periods(training, asOfDay, settings)
  else if (sequences.lines !== undefined) yield* baskets(training, settings)
  else yield { ...leaveOneOut({ sequences, content }, 'test'), masksSeen: !hasRepeats(sequences) }
}

function* periods(
  { sequences, content }: Training,
  asOfDay: number,
  { horizonDays, stepDays, leastDays, splits }: TwoStageSettings,
): Generator<Split> {
  for (let index = 0; index < splits; index += 1) {
    const cutoffDay = asOfDay - horizonDays - index * stepDays
    if (cutoffDay < 1 || (index > 0 && cutoffDay < leastDays)) return
    yield nextPeriod({ sequences, content }, { cutoffDay, horizonDays })
  }
}

function* baskets({ sequences, content }: Training, { basketSplits }: TwoStageSettings): Generator<Split> {
  let past = sequences
  for (let index = 0; index < basketSplits; index += 1) {
    const split = nextBasket({ sequences: past, content }, 'test')
    if (split.targets.length === 0) return
    yield split
    past = split.training.sequences
  }
}
