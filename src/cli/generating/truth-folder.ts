import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Exposure } from '../../datagen/synthetic-shop/generated-event.ts'
import type { OfferResult } from '../../datagen/synthetic-shop/offer-tally.ts'
import { PICTURE_FOLDER } from '../../datagen/synthetic-shop/pictures.ts'
import type { SyntheticShop } from '../../datagen/synthetic-shop/synthetic-shop.ts'
import { LineFile } from './line-file.ts'
import type { GenerateCounts } from './tell-shop.ts'

/** What is only known once the story is told. */
export type Told = GenerateCounts & { readonly offerResults: readonly OfferResult[] }

/**
 * The truth beside the events: `truth.json` with all that was planted, `truth-exposures.ndjson` with each look that a
 * draw decided about, and the pictures that the products name.
 */
export class TruthFolder {
  readonly #folder: string
  readonly #shop: SyntheticShop
  readonly #exposures: LineFile

  constructor(folder: string, shop: SyntheticShop) {
    mkdirSync(join(folder, PICTURE_FOLDER), { recursive: true })
    this.#folder = folder
    this.#shop = shop
    this.#exposures = new LineFile(join(folder, 'truth-exposures.ndjson'))
  }

  expose(exposure: Exposure): void {
    this.#exposures.write(JSON.stringify(exposure))
  }

  finish({ topics, planted, bot_sessions, offerResults }: Told): void {
    this.#exposures.finish()
    for (const [path, svg] of this.#shop.pictures()) writeFileSync(join(this.#folder, path), svg)
    const known = {
      ...this.#shop.truth,
      offer_results: offerResults,
      bot_sessions,
      counts: { topics, planted },
    }
    this.#writeTruth(JSON.stringify(known, null, 1))
  }

  /** Customers one by one: there may be very many. */
  #writeTruth(known: string): void {
    const file = new LineFile(join(this.#folder, 'truth.json'))
    file.write(`${known.slice(0, -'\n}'.length)},\n "shoppers": [`)
    let before: string | undefined
    for (const shopper of this.#shop.shoppers()) {
      if (before !== undefined) file.write(`${before},`)
      before = `  ${JSON.stringify(shopper)}`
    }
    if (before !== undefined) file.write(before)
    file.write(' ]\n}')
    file.finish()
  }
}
