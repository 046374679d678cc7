import type { PlantedOffer } from './offers.ts'
import type { ShopProduct } from './shop-products.ts'

/** Which offer a product has when. */
export class OfferBoard {
  readonly #byProduct = new Map<number, PlantedOffer[]>()
  readonly #bundles = new Map<string, PlantedOffer>()

  constructor(offers: readonly PlantedOffer[]) {
    for (const planted of offers) {
      if (planted.design === 'bundle')
        this.#bundles.set(pairOf(planted.offer.skus?.map(({ sku }) => sku)), planted)
      else for (const number of planted.products) this.#add(number, planted)
    }
  }

  /** The offer of a product on its own at an instant. */
  offerOf(item: ShopProduct, at: number): PlantedOffer | undefined {
    return this.#byProduct.get(item.number)?.find((planted) => isOn(planted, at))
  }

  /** The offer of a trigger with its companion at an instant. */
  bundleOf(trigger: ShopProduct, companion: ShopProduct, at: number): PlantedOffer | undefined {
    const planted = this.#bundles.get(pairOf([trigger.product.sku, companion.product.sku]))
    return planted !== undefined && isOn(planted, at) ? planted : undefined
  }

  #add(number: number, planted: PlantedOffer): void {
    const known = this.#byProduct.get(number)
    if (known === undefined) this.#byProduct.set(number, [planted])
    else known.push(planted)
  }
}

const isOn = ({ offer }: PlantedOffer, at: number): boolean => offer.starts_at <= at && at < offer.ends_at
const pairOf = (skus: readonly string[] = []): string => skus.join(' ')
