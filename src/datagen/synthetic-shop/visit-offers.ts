import type { Random } from '../../core/random.ts'
import { buyChance, cartChance, offerTimes, type Temptation } from './choice.ts'
import type { Exposure } from './generated-event.ts'
import type { PlantedOffer, Stratum } from './offers.ts'
import { priceAt, type ShopProduct } from './shop-products.ts'
import type { Shopper } from './shoppers.ts'
import type { VisitLog } from './visit-log.ts'

/** A look at a product that has an offer. */
export type Encounter = {
  readonly planted: PlantedOffer
  readonly isShown: boolean
  /** Off per unit if it is bought. */
  readonly discountCents: number
  /** Chance that it is carted now. */
  readonly chance: number
  /** Of randomised offers and placebos; `isBought` sets the outcome. */
  readonly exposure: Exposure | undefined
}

const SELECT_CHANCE = 0.3

/** Which offers a visitor is shown: one draw for each offer in a visit. */
export class VisitOffers {
  readonly #shopper: Shopper
  readonly #sessionId: string
  readonly #log: VisitLog
  readonly #random: Random
  readonly #arms = new Map<PlantedOffer, { readonly isShown: boolean; readonly propensity: number }>()

  constructor(shopper: Shopper, sessionId: string, log: VisitLog, random: Random) {
    this.#shopper = shopper
    this.#sessionId = sessionId
    this.#log = log
    this.#random = random
  }

  /** The visitor looks at a product of an offer: it is shown or held out, and the clicks say which. */
  meet(planted: PlantedOffer, item: ShopProduct, temptation: Omit<Temptation, 'offerTimes'>): Encounter {
    const { offer, lift, design } = planted
    const { isShown, propensity } = this.#arm(planted)
    const percentBp = offer.percent_bp ?? 0
    const times = offerTimes(lift, percentBp, this.#shopper.priceSensitivity)
    const chanceShown = cartChance({ ...temptation, offerTimes: times })
    const chanceHeldOut = cartChance({ ...temptation, offerTimes: 1 })
    const discountCents = Math.round((priceAt(item, this.#log.at) * percentBp) / 10_000)
    const exposure: Exposure | undefined =
      design === 'promotion'
        ? undefined
        : {
            offer_id: offer.offer_id,
            sku: item.product.sku,
            session_id: this.#sessionId,
            customer_id: this.#shopper.customerId,
            price_sensitivity: this.#shopper.priceSensitivity,
            at: this.#log.at,
            shown: isShown,
            propensity,
            p_buy_shown: buyChance(chanceShown, this.#shopper.decisiveness),
            p_buy_held_out: buyChance(chanceHeldOut, this.#shopper.decisiveness),
            bought: false,
          }
    const encounter = { planted, isShown, discountCents, exposure }
    this.#tell(item, encounter, propensity)
    return { ...encounter, chance: isShown ? chanceShown : chanceHeldOut }
  }

  /** The outcome of a look: it ended in an order. */
  isBought(encounter: Encounter | undefined): void {
    if (encounter?.exposure !== undefined) encounter.exposure.bought = true
  }

  #tell(item: ShopProduct, encounter: Omit<Encounter, 'chance'>, propensity: number): void {
    const { planted, isShown, discountCents, exposure } = encounter
    const arm = isShown ? 'shown' : 'held_out'
    const extra = { offer_id: planted.offer.offer_id, arm, propensity: String(propensity) }
    const items = [item]
    if (isShown) {
      this.#log.click('view_promotion', { items, extra, discountCents })
      if (this.#random.next() < SELECT_CHANCE)
        this.#log.click('select_promotion', { items, extra, discountCents })
    }
    const look = { items, extra, ...(isShown ? { discountCents } : {}) }
    this.#log.click('view_item', exposure === undefined ? look : { ...look, exposure })
  }

  #arm(planted: PlantedOffer): { readonly isShown: boolean; readonly propensity: number } {
    const known = this.#arms.get(planted)
    if (known !== undefined) return known
    const propensity = planted.propensity[this.#stratum()]
    const arm = { isShown: this.#random.next() < propensity, propensity }
    this.#arms.set(planted, arm)
    return arm
  }

  /** The draw goes by generation once somebody is logged in. */
  #stratum(): Stratum {
    return this.#log.isLoggedIn && this.#shopper.person.generation === 'gen_z' ? 'gen_z' : 'others'
  }
}
