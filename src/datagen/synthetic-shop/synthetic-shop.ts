import { type Cast, castOf } from './cast.ts'
import type { GeneratedEvent } from './generated-event.ts'
import { picturePath, pictureSvg } from './pictures.ts'
import { checkShopOptions, type ShopOptions } from './shop-options.ts'
import { story } from './story.ts'
import { type ShopperTruth, type ShopTruth, shopperTruth, truthOf } from './truth.ts'

/** A shop that never was: what happens in it, and what was planted. */
export type SyntheticShop = {
  readonly truth: ShopTruth
  /** The customers in the order of their ids, each as they are. */
  readonly shoppers: () => Generator<ShopperTruth>
  /** The pictures of the products, by `image_url`; one for each look. */
  readonly pictures: () => ReadonlyMap<string, string>
  /** Everything that happens, in log order; each call tells the same story from the start. */
  readonly events: () => Generator<GeneratedEvent>
}

/** @throws EndcapError USAGE for sizes outside their limits */
export function syntheticShop(options: ShopOptions): SyntheticShop {
  checkShopOptions(options)
  const cast = castOf(options)
  return {
    truth: truthOf(options, cast),
    shoppers: () => shoppersOf(options, cast),
    pictures: () => new Map(cast.products.map(({ look }) => [picturePath(look), pictureSvg(look)])),
    events: () => story(options, cast),
  }
}

function* shoppersOf({ customers }: ShopOptions, cast: Cast): Generator<ShopperTruth> {
  for (let number = 0; number < customers; number += 1) {
    yield shopperTruth(cast.crowd.customer(number), cast.crowd.habits(number).visitRate, cast)
  }
}
