import type { ItemKinds } from '../figures/categories.ts'
import type { FiguresAt } from '../figures/figures-at.ts'
import type { ItemSource, Question } from './source.ts'

const POOL = 5000
/** Kinds that are looked into, and items of each. */
const LIKED_KINDS = 8

/** What is popular in the categories and of the brands that the shopper buys most. */
export const likedKinds = (kinds: ItemKinds): ItemSource => ({
  name: 'liked-kinds',
  driver: 'history',
  propose: fromLiked(kinds, () => true),
})

/** What is on offer in them. */
export const likedOffers = (kinds: ItemKinds): ItemSource => ({
  name: 'liked-offers',
  driver: 'discount',
  propose: fromLiked(kinds, (figures, item) => figures.of(item).discountRatio >= MIN_DISCOUNT),
})

const MIN_DISCOUNT = 0.1

/** Takes the best of each liked kind in turn, so that no single one fills the list. */
function fromLiked(
  { categories, brands }: ItemKinds,
  isWanted: (figures: FiguresAt, item: number) => boolean,
): (question: Question, limit: number) => Int32Array {
  const lists = new WeakMap<FiguresAt, ReadonlyMap<string, readonly number[]>>()
  return ({ figures, tastes }, limit) => {
    const byKind = lists.get(figures) ?? popularByKind(figures, { categories, brands }, isWanted)
    lists.set(figures, byKind)
    const liked = [
      ...mostLiked(tastes.byCategory).map((kind) => byKind.get(`category ${kind}`) ?? []),
      ...mostLiked(tastes.byBrand).map((kind) => byKind.get(`brand ${kind}`) ?? []),
    ]
    const found = new Set<number>()
    for (let place = 0; found.size < limit && liked.some((list) => place < list.length); place += 1) {
      for (const list of liked) {
        const item = list[place]
        if (item !== undefined && found.size < limit) found.add(item)
      }
    }
    return Int32Array.from(found)
  }
}

const mostLiked = (counts: ReadonlyMap<number, number> | null): number[] =>
  [...(counts ?? [])]
    .sort(([kindA, a], [kindB, b]) => b - a || kindA - kindB)
    .slice(0, LIKED_KINDS)
    .map(([kind]) => kind)

function popularByKind(
  figures: FiguresAt,
  { categories, brands }: ItemKinds,
  isWanted: (figures: FiguresAt, item: number) => boolean,
): ReadonlyMap<string, readonly number[]> {
  const byKind = new Map<string, number[]>()
  if (categories === null && brands === null) return byKind
  for (const item of figures.mostBought(30, POOL)) {
    if (!isWanted(figures, item)) continue
    for (const key of [`category ${categories?.[item] ?? -1}`, `brand ${brands?.[item] ?? -1}`]) {
      const list = byKind.get(key)
      if (list === undefined) byKind.set(key, [item])
      else list.push(item)
    }
  }
  return byKind
}
