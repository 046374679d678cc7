import type { Figures } from './window-figures.ts'

/** A segment of people; a part that is left out is not asked: `{ generation }` is all of a generation. */
export type Segment = {
  readonly generation?: string
  readonly gender?: string
  readonly region?: string
}

/** The segments that somebody is in, from the narrowest to everybody. */
export function segmentsAbove({ generation, gender, region }: Required<Segment>): readonly Segment[] {
  return [{ generation, gender, region }, { generation, region }, { generation }, {}]
}

/**
 * A measure of `segment_product` rolled up to a segment, by product.
 * @param measure place of the measure among the view's
 */
export function bySku(
  rows: Iterable<Figures>,
  { generation, gender, region }: Segment,
  measure: number,
): ReadonlyMap<string, number> {
  const sums = new Map<string, number>()
  for (const { key, values } of rows) {
    if (generation !== undefined && key[0] !== generation) continue
    if (gender !== undefined && key[1] !== gender) continue
    if (region !== undefined && key[2] !== region) continue
    const sku = key[3] ?? ''
    sums.set(sku, (sums.get(sku) ?? 0) + Number(values[measure]))
  }
  return sums
}

/** Rows that a segment has to have before it outweighs the one above it. */
export const SHRINKAGE = 50

/**
 * A product's share of what a segment buys, shrunk to the segment above it, and that to the next, up to everybody:
 * (bought of it + 50 x share above) / (bought in all + 50).
 *
 * @param levels from the narrowest segment to everybody: bought of the product, bought in all
 * @returns 0..1; 0 where nobody bought anything
 */
export function shrunkShare(levels: readonly { readonly of: number; readonly all: number }[]): number {
  return levels.reduceRight((above, { of, all }, place) => {
    if (place === levels.length - 1) return all === 0 ? 0 : of / all
    return (of + SHRINKAGE * above) / (all + SHRINKAGE)
  }, 0)
}
