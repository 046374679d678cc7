import type { Exposure } from './generated-event.ts'

/** What came of the looks at the products of an offer; means over looks, `uplift` their difference. */
export type OfferResult = {
  readonly offer_id: string
  /** Of all, or of those of one price sensitivity. */
  readonly price_sensitivity: number | 'all'
  readonly looks: number
  readonly shown: number
  readonly bought_shown: number
  readonly bought_held_out: number
  /** True chances, of everybody who looked, whatever the draw. */
  readonly p_buy_shown: number
  readonly p_buy_held_out: number
  readonly uplift: number
}

type Sums = {
  looks: number
  shown: number
  boughtShown: number
  boughtHeldOut: number
  pShown: number
  pHeldOut: number
}

/** Adds up the true chances of the looks that were told. */
export class OfferTally {
  readonly #sums = new Map<string, Map<number | 'all', Sums>>()

  count(exposure: Exposure): void {
    const { offer_id: offerId, price_sensitivity: sensitivity } = exposure
    const byKind = this.#sums.get(offerId) ?? new Map<number | 'all', Sums>()
    this.#sums.set(offerId, byKind)
    for (const kind of ['all', sensitivity] as const) {
      const sums = byKind.get(kind) ?? {
        looks: 0,
        shown: 0,
        boughtShown: 0,
        boughtHeldOut: 0,
        pShown: 0,
        pHeldOut: 0,
      }
      byKind.set(kind, sums)
      sums.looks += 1
      sums.pShown += exposure.p_buy_shown
      sums.pHeldOut += exposure.p_buy_held_out
      if (exposure.shown) sums.shown += 1
      if (exposure.bought && exposure.shown) sums.boughtShown += 1
      if (exposure.bought && !exposure.shown) sums.boughtHeldOut += 1
    }
  }

  /** By offer, all first, then by sensitivity. */
  results(): readonly OfferResult[] {
    return [...this.#sums]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([offerId, byKind]) =>
        [...byKind]
          .toSorted(([a], [b]) => rank(a) - rank(b))
          .map(([kind, sums]) => ({
            offer_id: offerId,
            price_sensitivity: kind,
            looks: sums.looks,
            shown: sums.shown,
            bought_shown: sums.boughtShown,
            bought_held_out: sums.boughtHeldOut,
            p_buy_shown: sums.pShown / sums.looks,
            p_buy_held_out: sums.pHeldOut / sums.looks,
            uplift: (sums.pShown - sums.pHeldOut) / sums.looks,
          })),
      )
  }
}

const rank = (kind: number | 'all'): number => (kind === 'all' ? -1 : kind)
