import type { Figures } from './window-figures.ts'

/** A product on a wishlist, and since when, epoch ms. */
export type Wish = { readonly sku: string; readonly at: number }

/**
 * The wishlist of a shopper: products whose latest of add and remove is add, newest first.
 * @param rows tiles or window rows of `shopper_wish` of one shopper; of several of one product the latest entry counts
 */
export function wishlistOf(rows: Iterable<Figures>): readonly Wish[] {
  const last = new Map<string, { word: string; at: number }>()
  for (const { key, values } of rows) {
    const sku = key[1] ?? ''
    const [entries] = values
    const entry = Array.isArray(entries) ? entries[0] : undefined
    if (entry === undefined) continue
    const before = last.get(sku)
    if (before === undefined || before.at < entry.at) last.set(sku, entry)
  }
  return [...last]
    .filter(([, { word }]) => word === 'wish')
    .map(([sku, { at }]) => ({ sku, at }))
    .toSorted((a, b) => b.at - a.at || (a.sku < b.sku ? -1 : 1))
}
