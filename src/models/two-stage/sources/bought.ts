import type { ItemSource } from './source.ts'

/** What the shopper bought before: most often and latest first. */
export const bought: ItemSource = {
  name: 'bought',
  driver: 'history',
  propose: ({ pairs }, limit) =>
    Int32Array.from(
      [...pairs]
        .sort(
          ([itemA, a], [itemB, b]) =>
            b.purchases + b.fadedPurchases - a.purchases - a.fadedPurchases || itemA - itemB,
        )
        .slice(0, limit)
        .map(([item]) => item),
    ),
}
