import { nextBasket } from '../evaluation/next-basket.ts'
import { leaveOneOut, nextPeriod, type Split } from '../evaluation/split.ts'
import type { Training } from '../recommender.ts'
import { hasRepeats } from '../sequences.ts'
import type { TwoStageSettings } from './settings.ts'

/**
 * The past divided as evaluation divides the whole, so that what is learnt is what will be asked: what was learnt
 * from, what was asked and what came, all before the instant that the training is for. Latest first.
 *
 * With an as-of: periods of the same length that end by it. Without, but with orders: each shopper's last basket,
 * then the ones before it. Else: each shopper's last event, asked with the one before it not learnt from.
 */
export function labelledSplits(training: Training, settings: TwoStageSettings): Split[] {
  const { sequences, content, asOfDay } = training
  if (asOfDay !== null && sequences.days !== null) return periods(training, asOfDay, settings)
  if (sequences.lines !== undefined) return baskets(training, settings)
  return [{ ...leaveOneOut({ sequences, content }, 'test'), masksSeen: !hasRepeats(sequences) }]
}

function periods(
  { sequences, content }: Training,
  asOfDay: number,
  { horizonDays, stepDays, leastDays, splits }: TwoStageSettings,
): Split[] {
  const latest = asOfDay - horizonDays
  const cutoffs = Array.from({ length: splits }, (_, index) => latest - index * stepDays)
  return cutoffs
    .filter((cutoffDay, index) => cutoffDay >= leastDays || (index === 0 && cutoffDay > 0))
    .map((cutoffDay) => nextPeriod({ sequences, content }, { cutoffDay, horizonDays }))
}

function baskets(training: Training, { basketSplits }: TwoStageSettings): Split[] {
  const splits: Split[] = []
  let { sequences } = training
  while (splits.length < basketSplits) {
    const split = nextBasket({ sequences, content: training.content }, 'test')
    if (split.targets.length === 0) break
    splits.push(split)
    sequences = split.training.sequences
  }
  return splits
}
