import type { Item } from '../api/wire.ts'

/** What became of a place on a shelf since the answer before. */
export type Change = {
  /** Places up (positive) or down; null if it was not there. */
  readonly moved: number | null
  /** Texts of reasons that it did not have. */
  readonly newReasons: ReadonlySet<string>
  readonly isPriceNew: boolean
}

export type ShelfChanges = {
  /** By sku; products that are as they were are not in it. */
  readonly bySku: ReadonlyMap<string, Change>
  readonly arrived: number
  readonly moved: number
  readonly left: readonly string[]
  readonly withNewReasons: number
}

export const UNCHANGED: ShelfChanges = { bySku: new Map(), arrived: 0, moved: 0, left: [], withNewReasons: 0 }

/** What differs between two answers to the same question. @param before null: this is the first */
export function shelfChanges(before: readonly Item[] | null, after: readonly Item[]): ShelfChanges {
  if (before === null) return UNCHANGED
  const places = new Map(before.map((item, place) => [item.sku, { item, place }]))
  const bySku = new Map<string, Change>()
  for (const [place, item] of after.entries()) {
    const change = changeOf(item, place, places.get(item.sku))
    if (change !== null) bySku.set(item.sku, change)
  }
  const shown = new Set(after.map(({ sku }) => sku))
  const changes = [...bySku.values()]
  return {
    bySku,
    arrived: changes.filter(({ moved }) => moved === null).length,
    moved: changes.filter(({ moved }) => moved !== null && moved !== 0).length,
    left: before.filter(({ sku }) => !shown.has(sku)).map(({ product_name }) => product_name),
    withNewReasons: changes.filter(({ moved, newReasons }) => moved !== null && newReasons.size > 0).length,
  }
}

function changeOf(
  item: Item,
  place: number,
  before: { readonly item: Item; readonly place: number } | undefined,
): Change | null {
  if (before === undefined) return { moved: null, newReasons: new Set(), isPriceNew: false }
  const had = new Set((before.item.reasons ?? []).map(({ text }) => timeless(text)))
  const fresh = (item.reasons ?? []).map(({ text }) => text).filter((text) => !had.has(timeless(text)))
  const moved = before.place - place
  const isPriceNew = before.item.price_cents !== item.price_cents
  if (moved === 0 && fresh.length === 0 && !isPriceNew) return null
  return { moved, newReasons: new Set(fresh), isPriceNew }
}

/** A reason without how long ago it was: that time has passed makes no new reason. */
const timeless = (text: string): string => text.replace(/\d+ (minute|hour|day|week|month|year)s? ago/g, 'ago')

/** `2 new here, 1 moved, 1 with new reasons; gone: Blue Mug`, or null where nothing changed. */
export function changesInWords({ arrived, moved, left, withNewReasons }: ShelfChanges): string | null {
  const parts = [
    arrived === 0 ? null : `${arrived} new here`,
    moved === 0 ? null : `${moved} moved`,
    withNewReasons === 0 ? null : `${withNewReasons} with new reasons`,
  ].filter((part) => part !== null)
  const gone = left.length === 0 ? '' : `gone: ${left.slice(0, 3).join(', ')}${left.length > 3 ? ' …' : ''}`
  const said = [parts.join(', '), gone].filter((part) => part !== '').join('; ')
  return said === '' ? null : said
}

/** `▲ 2`, `▼ 1`, `new here`; null where the place is the same. */
export function moveInWords({ moved }: Change): string | null {
  if (moved === null) return 'new here'
  if (moved === 0) return null
  return moved > 0 ? `▲ ${moved}` : `▼ ${-moved}`
}
