import { createContext, useContext } from 'react'
import type { Consent, Item } from '../api/wire.ts'
import type { BasketLine } from '../logic/basket.ts'
import type { Session } from '../logic/session.ts'

/** What must be known of a product to do something with it. */
export type Shown = Pick<Item, 'sku' | 'product_name' | 'price_cents' | 'offer'>

/** What can be done in the shop. Each posts the real event; shelves ask again once the shop has it. */
export type Deeds = {
  readonly look: (item: Shown, decisionId: string | null) => void
  /** On the wishlist, or off it again. */
  readonly wish: (item: Shown, decisionId: string | null) => void
  readonly carry: (item: Shown, decisionId: string | null) => void
  /** A bundle, in one event. */
  readonly carryAll: (lines: readonly BasketLine[]) => void
  readonly buy: (item: Shown, decisionId: string | null) => void
  readonly putBack: (line: BasketLine) => void
  readonly buyBasket: () => void
  readonly consent: (consent: Consent) => void
  readonly travel: (asOf: number | null) => void
}

export type Shop = {
  readonly session: Session
  readonly currency: string
  readonly deeds: Deeds
}

const ShopContext = createContext<Shop | null>(null)
export const ShopProvider = ShopContext.Provider

export function useShop(): Shop {
  const shop = useContext(ShopContext)
  if (shop === null) throw new Error('bug: a part outside of the shop')
  return shop
}
