import type { LoggedRecord } from '../../algebra/source.ts'
import { unreachable } from '../../core/errors.ts'
import type { PairPlan } from '../plan.ts'
import { holds } from './evaluate.ts'
import { type StreamRow, streamRows, totalOrder } from './rows.ts'

/** One pair of items and its sum over owners; zero sums are left out. */
export type PairRow = { readonly left: string; readonly right: string; readonly weight: number }

/** The sums of a pair statistic after `records`, in plain loops: the meaning. In no particular order. */
export function naivePairs(plan: PairPlan, records: readonly LoggedRecord[]): PairRow[] {
  return pairsOfRows(plan, streamRows(plan.pairs.from, records, plan.horizon).rows)
}

/** The same from the rows of the statistic's stream. */
export function pairsOfRows(plan: PairPlan, streamed: readonly StreamRow[]): PairRow[] {
  const sums = new Map<string, Map<string, number>>()
  for (const items of histories(plan, streamed).values()) {
    for (const [left, right, weight] of contributions(plan, items)) {
      if (weight === 0) continue
      const row = sums.get(left) ?? new Map<string, number>()
      sums.set(left, row.set(right, (row.get(right) ?? 0) + weight))
    }
  }
  return [...sums].flatMap(([left, row]) => [...row].map(([right, weight]) => ({ left, right, weight })))
}

/** Each owner's items in the total order, the first `maxHistory` of them. */
function histories(plan: PairPlan, streamed: readonly StreamRow[]): Map<string, string[]> {
  const { pairs } = plan
  const rows = new Map<string, StreamRow[]>()
  for (const row of streamed) {
    const owner = row[pairs.owner] ?? null
    if (owner === null || (row[pairs.item] ?? null) === null) continue
    if (pairs.where !== undefined && !holds(pairs.where, row)) continue
    rows.set(String(owner), [...(rows.get(String(owner)) ?? []), row])
  }
  return new Map(
    [...rows].map(([owner, history]) => [
      owner,
      history
        .toSorted((a, b) => totalOrder(a, b, pairs.from.at))
        .slice(0, pairs.maxHistory)
        .map((row) => String(row[pairs.item])),
    ]),
  )
}

/** What one history adds: (left, right, weight), repeated pairs not yet summed. */
export function* contributions(
  plan: PairPlan,
  items: readonly string[],
): Generator<[string, string, number]> {
  const { weight } = plan.pairs
  if (weight.kind === 'together') {
    const distinct = [...new Set(items)].slice(0, weight.maxDistinct)
    for (const left of distinct) for (const right of distinct) yield [left, right, 1]
    return
  }
  for (const [p, left] of items.entries()) {
    for (const [gap, right] of items.slice(p).entries()) {
      switch (weight.kind) {
        case 'ordered':
          if (gap > 0) yield [left, right, weight.byGap[gap] ?? 0]
          break
        case 'unordered': {
          const byRest = weight.byGapAndRest[gap] ?? []
          const rest = items.length - 2 - (p + gap)
          const value = rest < 0 ? 0 : (byRest[Math.min(rest, byRest.length - 1)] ?? 0)
          yield [left, right, value]
          if (gap > 0) yield [right, left, value]
          break
        }
        default:
          unreachable(weight)
      }
    }
  }
}
