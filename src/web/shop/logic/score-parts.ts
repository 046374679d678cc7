import type { Item, Reason } from '../api/wire.ts'

/** What one driver gave to a score. */
export type ScorePart = {
  readonly driver: string
  readonly contribution: number
  /** Of all that was given and taken, 0 to 1. */
  readonly share: number
}

/** Contributions summed up by driver, the largest first; what gave nothing is left out. */
export function scoreParts({ reasons = [] }: Pick<Item, 'reasons'>): readonly ScorePart[] {
  const sums = new Map<string, number>()
  for (const { driver, contribution } of reasons) sums.set(driver, (sums.get(driver) ?? 0) + contribution)
  const whole = [...sums.values()].reduce((sum, value) => sum + Math.abs(value), 0)
  if (whole === 0) return []
  return [...sums]
    .filter(([, contribution]) => contribution !== 0)
    .map(([driver, contribution]) => ({ driver, contribution, share: Math.abs(contribution) / whole }))
    .toSorted((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution) || (a.driver < b.driver ? -1 : 1))
}

/** Reasons that are said at once; the others stand in the sum. */
const MAIN_REASONS = 3

/** The reasons that gave most, and all that are new, in their order. */
export function mainReasons(
  { reasons = [] }: Pick<Item, 'reasons'>,
  fresh: ReadonlySet<string>,
): readonly Reason[] {
  const largest = reasons
    .toSorted((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
    .slice(0, MAIN_REASONS)
  return reasons.filter((reason) => largest.includes(reason) || fresh.has(reason.text))
}

/** `score 0.520: history 0.400, affinity 0.120`, for those who cannot see the bar. */
export function scoreInWords(item: Item): string {
  const parts = scoreParts(item).map(({ driver, contribution }) => `${driver} ${figure(contribution)}`)
  return `score ${figure(item.score)}: ${[...parts, `base ${figure(item.base)}`].join(', ')}`
}

/** Three places, a true minus. */
export const figure = (value: number): string => value.toFixed(3).replace('-', '−')
