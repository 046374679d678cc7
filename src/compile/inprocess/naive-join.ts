import type { LoggedRecord } from '../../algebra/source.ts'
import type { VersionJoin } from '../../algebra/version-join.ts'
import type { ViewPlan } from '../plan.ts'
import { holds } from './evaluate.ts'
import { type StreamRow, streamRows, totalOrder } from './rows.ts'

/**
 * The rows of a view's stream, with the words of the version that was valid at their instant where the view has a
 * join: the meaning, in plain loops.
 *
 * @param rows of `plan.view.from`
 */
export function viewRows(
  plan: ViewPlan,
  rows: readonly StreamRow[],
  records: readonly LoggedRecord[],
): readonly StreamRow[] {
  const { join, from } = plan.view
  if (join === undefined) return rows
  const versions = versionsByOwner(join, streamRows(join.versions, records, plan.horizon).rows)
  return rows.flatMap((row) => {
    const own = versions.get(row[join.on] ?? null) ?? []
    const last = own.at(-1)
    if (last === undefined || !holds(join.ofWhom, last)) return []
    const valid = own.findLast((version) => Number(version[join.versions.at]) <= Number(row[from.at]))
    // The row's own columns stay: its instant and place are those of the event.
    return valid === undefined ? [] : [{ ...valid, ...row }]
  })
}

/** Versions of each owner in the total order. */
function versionsByOwner(
  { versions, on }: VersionJoin,
  rows: readonly StreamRow[],
): ReadonlyMap<string | number | null, readonly StreamRow[]> {
  const sorted = rows.toSorted((a, b) => totalOrder(a, b, versions.at))
  return Map.groupBy(sorted, (row) => row[on] ?? null)
}
