import { DRIVERS, type Driver } from '../candidates/candidate-source.ts'

/** Candidates, and who proposes them. */
export type Proposed = {
  /** Distinct, ascending. */
  readonly items: Int32Array
  /** By place among the items: the drivers whose sources propose it (`driverBits`). */
  readonly proposers: Int32Array
}

/** A bit for each of the drivers. */
export function driverBits(drivers: Iterable<Driver>): number {
  let bits = 0
  for (const driver of drivers) bits |= 1 << DRIVERS.indexOf(driver)
  return bits
}

/** The candidates that there would be without the sources of some drivers, ascending. */
export function proposedWithout({ items, proposers }: Proposed, without: ReadonlySet<Driver>): Int32Array {
  if (without.size === 0) return items
  const left = ~driverBits(without)
  return items.filter((_item, place) => ((proposers[place] ?? 0) & left) !== 0)
}
