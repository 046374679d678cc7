import type { Consent, Customer } from '../api/wire.ts'
import { type BasketLine, withLine, withoutLine } from './basket.ts'

/** Through whose eyes the shop is seen. */
export type Shopper =
  | { readonly kind: 'guest' }
  | { readonly kind: 'customer'; readonly id: string; readonly customer: Customer }

/** One thing that was done, for the log. */
export type Deed = {
  readonly id: string
  /** The shop's time, epoch ms. */
  readonly at: number
  readonly text: string
}

/** What a visit is made of. */
export type Session = {
  readonly shopper: Shopper
  readonly wishlist: readonly string[]
  readonly basket: readonly BasketLine[]
  /** Instant whose answers are shown, epoch ms; null is now. */
  readonly asOf: number | null
  readonly deeds: readonly Deed[]
  /** Goes up whenever the shop knows something new: shelves ask again. */
  readonly turn: number
}

export const EMPTY_SESSION: Session = {
  shopper: { kind: 'guest' },
  wishlist: [],
  basket: [],
  asOf: null,
  deeds: [],
  turn: 0,
}

export type SessionAction =
  | { readonly kind: 'enter'; readonly shopper: Shopper; readonly wishlist: readonly string[] }
  | { readonly kind: 'look'; readonly deed: Deed }
  | { readonly kind: 'wish'; readonly sku: string; readonly deed: Deed }
  | { readonly kind: 'unwish'; readonly sku: string; readonly deed: Deed }
  | { readonly kind: 'carry'; readonly lines: readonly BasketLine[]; readonly deed: Deed }
  | { readonly kind: 'put-back'; readonly sku: string; readonly deed: Deed }
  | { readonly kind: 'buy'; readonly skus: readonly string[]; readonly deed: Deed }
  | { readonly kind: 'consent'; readonly customer: Customer; readonly deed: Deed }
  | { readonly kind: 'travel'; readonly asOf: number | null }

/** The visit after something that the shop has taken in. Whoever acts acts now: the past is left. */
export function nextSession(session: Session, action: SessionAction): Session {
  switch (action.kind) {
    case 'enter':
      return { ...EMPTY_SESSION, shopper: action.shopper, wishlist: action.wishlist, turn: session.turn + 1 }
    case 'travel':
      return { ...session, asOf: action.asOf }
    case 'look':
      return acted(session, action.deed, {})
    case 'wish':
      return acted(session, action.deed, { wishlist: [...session.wishlist, action.sku] })
    case 'unwish':
      return acted(session, action.deed, { wishlist: session.wishlist.filter((sku) => sku !== action.sku) })
    case 'carry':
      return acted(session, action.deed, { basket: action.lines.reduce(withLine, session.basket) })
    case 'put-back':
      return acted(session, action.deed, { basket: withoutLine(session.basket, action.sku) })
    case 'buy':
      return acted(session, action.deed, {
        basket: session.basket.filter(({ sku }) => !action.skus.includes(sku)),
      })
    case 'consent':
      return acted(session, action.deed, {
        shopper: { kind: 'customer', id: action.customer.customer_id, customer: action.customer },
      })
  }
}

const acted = (session: Session, deed: Deed, change: Partial<Session>): Session => ({
  ...session,
  ...change,
  asOf: null,
  deeds: [deed, ...session.deeds],
  turn: session.turn + 1,
})

export const customerIdOf = (shopper: Shopper): string | null =>
  shopper.kind === 'guest' ? null : shopper.id

export const NO_CONSENT: Consent = { personalisation: false, demographics: false, training: false }
