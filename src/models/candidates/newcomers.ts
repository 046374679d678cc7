import { DAY_MS } from '../../core/duration.ts'
import type { ContentIndex } from '../content/content-index.ts'
import { bestItems } from './best-items.ts'
import type { CandidateSource, Evidence, ShopperContext } from './candidate-source.ts'
import type { ItemTable } from './item-table.ts'
import { RequestValues } from './request-values.ts'
import type { SalesFigures, SalesFiguresAt } from './sales-figures.ts'

/** Products that are liked most make the profile. */
const PROFILE_ITEMS = 12
/** Of those that share a telling feature with it so many are compared. */
const SHARING = 400
/** New for so long after it became available. */
const NEW_DAYS = 30
/** What is new is worth so much to somebody of whom nothing is known. */
const NEW_VALUE = 0.3

/** New products, and ones that hardly anybody bought, that are like what the shopper chose; by their content alone. */
export function newcomers(
  items: ItemTable,
  content: ContentIndex,
  figuresAt: SalesFiguresAt,
): CandidateSource {
  const likenesses = new RequestValues()
  return {
    name: 'newcomers',
    driver: 'content',
    prepare: (shopper) => {
      const { asOf } = shopper
      const sales = figuresAt(asOf)
      const anchors = anchorsOf(shopper)
      content.lookAt(anchors)
      likenesses.clear()
      const sharing: number[] = []
      content.eachSharing(SHARING, (item) => {
        if (likenesses.has(item) || anchors.has(item)) return
        likenesses.set(item, content.likeness(item))
        sharing.push(item)
      })
      const valueFor = (item: number): number => {
        const alike = likenesses.has(item) ? likenesses.get(item) : 0
        const isFresh = isNew(items, item, asOf)
        if (alike === 0 && !isFresh) return 0
        return coldness(sales, item) * Math.max(alike, isFresh ? NEW_VALUE : 0)
      }
      return {
        propose: (limit) => bestItems(sharing, limit, valueFor, items.compare),
        valueFor,
        evidenceOf: (item) => evidence(content, anchors, item, isNew(items, item, asOf)),
      }
    },
  }
}

/** 1 for what nobody bought in 90 days, less with each purchase. */
const coldness = (sales: SalesFigures, item: number): number => 1 / (1 + sales.purchases(item, 90))

function isNew(items: ItemTable, item: number, asOf: number): boolean {
  const from = items.availableFrom(item)
  return from > 0 && from <= asOf && asOf - from < NEW_DAYS * DAY_MS
}

/** The page and the basket, else what the shopper did most with; newest first where equal. */
function anchorsOf({ pageItem, cart, products }: ShopperContext): Map<number, number> {
  const here = pageItem >= 0 ? [pageItem, ...cart] : cart
  if (here.length > 0) return new Map(here.map((item) => [item, 1]))
  return new Map(
    [...products]
      .map(([item, { purchases, carts, wishes, views, lastActionAt }]) => ({
        item,
        weight: purchases + 0.6 * carts + 0.5 * Math.max(0, wishes) + 0.1 * views,
        lastActionAt,
      }))
      .sort((a, b) => b.weight - a.weight || b.lastActionAt - a.lastActionAt || a.item - b.item)
      .slice(0, PROFILE_ITEMS)
      .map(({ item, weight }) => [item, weight]),
  )
}

function evidence(
  content: ContentIndex,
  anchors: ReadonlyMap<number, number>,
  item: number,
  isNewItem: boolean,
): Evidence {
  let best = -1
  let greatest = 0
  for (const [anchor] of anchors) {
    const alike = content.likenessOf(anchor, item)
    if (alike > greatest) [best, greatest] = [anchor, alike]
  }
  if (best >= 0) return { kind: 'alike', item: best, isNew: isNewItem }
  return isNewItem ? { kind: 'new' } : { kind: 'none' }
}
