/** Chance that what is looked at is carted, at its usual price and without an offer. */
const CART_CHANCE = 0.28
/** However good the price, some do not want it. */
const MOST_CART_CHANCE = 0.95
/** The cart chance of somebody very price-sensitive is e^(this x the share by which the price is below the usual one). */
const PRICE_RESPONSE = 3
/** An offer of this size, percent, multiplies the cart chance of somebody very price-sensitive by 1 + its lift. */
const FULL_LIFT_PERCENT = 20
/** Chance that something carted is taken out again before the checkout. */
export const UNCART_CHANCE = 0.06

/** What decides whether somebody carts what they look at. */
export type Temptation = {
  /** 0 to 1. */
  readonly priceSensitivity: number
  /** Price now over the usual one. */
  readonly priceRatio: number
  /** How much more an offer makes them want it: 1 without one. */
  readonly offerTimes: number
  /** How much more they wanted it before: 1, or more for what was wished for. */
  readonly wishTimes: number
}

/** @returns 0 to 0.95 */
export function cartChance({ priceSensitivity, priceRatio, offerTimes, wishTimes }: Temptation): number {
  const times =
    priceRatio === 1
      ? offerTimes
      : offerTimes * Math.exp(PRICE_RESPONSE * priceSensitivity * (1 - priceRatio))
  return Math.min(MOST_CART_CHANCE, CART_CHANCE * wishTimes * times)
}

/** How many times likelier an offer makes the cart for somebody. @param lift of the offer; 0: it does nothing */
export const offerTimes = (lift: number, percentBp: number, priceSensitivity: number): number =>
  1 + (lift * priceSensitivity * percentBp) / (100 * FULL_LIFT_PERCENT)

/** Chance that a look ends in an order: carted, not taken out again, and the cart bought. */
export const buyChance = (cart: number, decisiveness: number): number =>
  cart * (1 - UNCART_CHANCE) * decisiveness

/** How people decide, for those who hold an estimate against it. */
export const BUY_MODEL = {
  /** Chance that a look becomes a cart, at the usual price and without an offer. */
  cart_chance: CART_CHANCE,
  most_cart_chance: MOST_CART_CHANCE,
  /** The cart chance is multiplied by e^(this x sensitivity x (1 - price / usual price)). */
  price_response: PRICE_RESPONSE,
  /** An offer multiplies it by 1 + lift x sensitivity x percent / this. */
  full_lift_percent: FULL_LIFT_PERCENT,
  uncart_chance: UNCART_CHANCE,
} as const
