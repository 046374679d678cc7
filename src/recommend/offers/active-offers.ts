import type { Offer } from '../../catalog/events/offers.ts'
import type { ShopperContext } from '../../models/candidates/candidate-source.ts'
import type { ItemTable } from '../../models/candidates/item-table.ts'
import type { Person } from '../../models/candidates/person.ts'

/** The offers of a shop by the products and categories that they are for. */
export class ActiveOffers {
  readonly #items: ItemTable
  readonly #byItem = new Map<number, Offer[]>()
  readonly #byCategory = new Map<string, Offer[]>()
  readonly #everywhere: Offer[] = []
  readonly #bundles: Offer[] = []
  /** By category, computed when first asked for. */
  readonly #above: (readonly Offer[])[] = []
  /** For whom was asked last: what holds for them, by category. */
  #held: { readonly shopper: ShopperContext | null; readonly byCategory: Map<number, readonly Offer[]> } = {
    shopper: null,
    byCategory: new Map(),
  }
  readonly count: number

  constructor(items: ItemTable, offers: Iterable<Offer>) {
    this.#items = items
    let count = 0
    for (const offer of offers) {
      count += 1
      if (offer.kind === 'bundle') this.#bundles.push(offer)
      else if (offer.skus !== undefined) {
        for (const { sku } of offer.skus) addTo(this.#byItem, items.numberOf(sku), offer)
      } else if (offer.category !== undefined) addTo(this.#byCategory, offer.category, offer)
      else this.#everywhere.push(offer)
    }
    this.count = count
  }

  /** Offers for one unit of an item that hold for this shopper at their instant. */
  of(item: number, shopper: ShopperContext): readonly Offer[] {
    if (this.count === 0) return NONE
    const named = this.#byItem.get(item)
    const ofCategory = this.#heldOfCategory(this.#items.category(item), shopper)
    if (named === undefined) return ofCategory
    const held = named.filter((offer) => holds(offer, shopper))
    return ofCategory.length === 0 ? held : [...held, ...ofCategory]
  }

  /** Of those for a category the ones that hold: asked once for all of its products. */
  #heldOfCategory(category: number, shopper: ShopperContext): readonly Offer[] {
    if (shopper !== this.#held.shopper) this.#held = { shopper, byCategory: new Map() }
    const { byCategory } = this.#held
    const known = byCategory.get(category)
    if (known !== undefined) return known
    const all = this.#ofCategory(category)
    const held = all.length === 0 ? NONE : all.filter((offer) => holds(offer, shopper))
    byCategory.set(category, held)
    return held
  }

  /** Offers for a category with all above it, and for everything. */
  #ofCategory(category: number): readonly Offer[] {
    const known = this.#above[category]
    if (known !== undefined) return known
    const { categories } = this.#items
    const found = [...this.#everywhere]
    for (let at = category; at >= 0; at = categories.parent(at)) {
      found.push(...(this.#byCategory.get(categories.path(at)) ?? NONE))
    }
    if (category >= 0) this.#above[category] = found
    return found
  }

  /** Items that an offer names, whether or not it holds now; -1 for what is no product. */
  named(): Iterable<number> {
    return this.#byItem.keys()
  }

  isNamed(item: number): boolean {
    return this.#byItem.has(item)
  }

  /** Offers for one unit of an item, whether or not they hold. */
  about(item: number): readonly Offer[] {
    const named = this.#byItem.get(item)
    const ofCategory = this.#ofCategory(this.#items.category(item))
    return named === undefined ? ofCategory : [...named, ...ofCategory]
  }

  /** Bundle offers that hold for this shopper at their instant. */
  bundles(shopper: ShopperContext): readonly Offer[] {
    return this.#bundles.filter((offer) => holds(offer, shopper))
  }
}

const NONE: readonly Offer[] = Object.freeze([])

/** From its start until before its end, and only for its audience. */
export function holds(offer: Offer, shopper: ShopperContext): boolean {
  const { asOf } = shopper
  return offer.starts_at <= asOf && asOf < offer.ends_at && isAudience(offer.audience, shopper)
}

/** Whoever may not be asked who they are is in no audience that asks. */
function isAudience(audience: Offer['audience'], { person, shopper, products }: ShopperContext): boolean {
  if (audience === undefined) return true
  const { generations, genders, locations, is_new: isNew } = audience
  if (isNew !== undefined) {
    const hasBought = [...products.values()].some(({ purchases }) => purchases > 0)
    if (shopper?.startsWith('c:') !== true || isNew === hasBought) return false
  }
  const asks = generations !== undefined || genders !== undefined || locations !== undefined
  return !asks || (person !== null && fits(audience, person))
}

const fits = (
  { generations, genders, locations }: NonNullable<Offer['audience']>,
  { generation, gender, location }: Person,
): boolean =>
  (generations === undefined || (generation !== null && generations.includes(generation))) &&
  (genders === undefined || (gender !== null && genders.includes(gender))) &&
  (locations === undefined ||
    (location !== null && locations.some((one) => location === one || location.startsWith(`${one}-`))))

function addTo<Key>(groups: Map<Key, Offer[]>, key: Key, offer: Offer): void {
  const group = groups.get(key)
  if (group === undefined) groups.set(key, [offer])
  else group.push(offer)
}
