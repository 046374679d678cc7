import { historyOf, type Stretch, shopperCount, stretchesOf } from '../sequences.ts'
import { askedAtDay, type Interactions, type Period, type Split } from './split.ts'

/** Parts in which shoppers are kept from the models, one part after the other. */
const PARTS = 5

/**
 * Next period for shoppers without a history, as one split per part: each fifth of the shoppers (by number) is kept
 * from the models, and asked with an empty history for what they buy in the period. Everybody who buys in the period
 * is asked once over all parts, whoever came first in the period too; people are known, their pasts are not.
 * @throws Error if the data has no days
 */
export function nextPeriodOfStrangers(interactions: Interactions, period: Period): Split[] {
  return Array.from({ length: PARTS }, (_, part) => strangersOf(interactions, period, part))
}

function strangersOf(
  { sequences, content }: Interactions,
  { cutoffDay, horizonDays }: Period,
  part: number,
): Split {
  if (sequences.days === null) throw new Error('bug: next-period needs days')
  const learnt: Stretch[] = []
  const asked: Stretch[] = []
  const targets: ReadonlySet<number>[] = []
  for (let shopper = 0; shopper < shopperCount(sequences); shopper += 1) {
    const { items, days } = historyOf(sequences, shopper)
    const isInPeriod = (day: number) => day >= cutoffDay && day < cutoffDay + horizonDays
    if (shopper % PARTS !== part) {
      learnt.push({ shopper, from: 0, to: days?.filter((day) => day < cutoffDay).length ?? 0 })
      continue
    }
    const bought = new Set(items.filter((_item, entry) => isInPeriod(days?.[entry] ?? -1)))
    if (bought.size === 0) continue
    asked.push({ shopper, from: 0, to: 0 })
    targets.push(bought)
  }
  return {
    training: { sequences: stretchesOf(sequences, learnt), content, asOfDay: cutoffDay },
    queries: askedAtDay(stretchesOf(sequences, asked), cutoffDay),
    targets,
    recallRule: 'capped-targets',
    masksSeen: false,
  }
}
