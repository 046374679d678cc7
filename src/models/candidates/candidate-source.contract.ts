import { describe, expect, test } from 'vitest'
import { SmallShop } from '../../../test/small-shop.ts'
import { DAY_MS, HOUR_MS } from '../../core/duration.ts'
import type { DecisionRequest } from '../../recommend/decision.ts'
import { LiveShop } from '../../recommend/live-shop.ts'
import { reasonText } from '../../recommend/reasons.ts'
import { sellableState } from '../../recommend/sellable-product.ts'
import { readerOf, shopperContext } from '../../recommend/shopper-context.ts'
import type { CandidateSource, ShopperContext } from './candidate-source.ts'

/** Midnight, so that the day before is whole. */
const AS_OF = Date.UTC(2026, 5, 15)

/** What a source is made of: a shop in which every source has something to say to ann. */
export type Stage = { readonly shop: LiveShop }

/** What every source promises. `create` makes it over a small shop. */
export function candidateSourceContract(name: string, create: (stage: Stage) => CandidateSource): void {
  const askers: readonly [string, Partial<DecisionRequest>][] = [
    ['nobody', {}],
    ['somebody with a history', { customerId: 'ann', sessionId: 's-ann' }],
    ['somebody without one', { customerId: 'new' }],
    ['nobody on a product page', { page: 'product', sku: 'mug' }],
    ['somebody with a basket', { customerId: 'ann', page: 'cart', cart: ['mug', 'nope'] }],
    ['nobody in a category', { page: 'category', category: 'Home/Kitchen' }],
  ]

  describe(`${name} keeps the contract of a candidate source`, () => {
    test.each(askers)(
      'for %s its values lie in [0, 1] and its proposals are products, each once',
      (_, asked) => {
        const { source, shop, shopper } = open(create, asked)
        const prepared = source.prepare(shopper)
        for (const limit of [0, 1, 3, 100]) {
          const proposed = prepared.propose(limit)
          expect(proposed.length).toBeLessThanOrEqual(limit)
          expect(new Set(proposed).size).toBe(proposed.length)
          for (const item of proposed) expect(shop.items.sku(item)).not.toBe('')
        }
        for (let item = 0; item < shop.items.count; item += 1) {
          const value = prepared.valueFor(item)
          expect(value).toBeGreaterThanOrEqual(0)
          expect(value).toBeLessThanOrEqual(1)
          if (value === 0) continue
          const evidence = prepared.evidenceOf(item)
          expect(evidence.kind).not.toBe('none')
          expect(
            reasonText(evidence, { asOf: AS_OF, nameOf: (other) => shop.items.name(other) }),
          ).not.toMatch(/undefined|NaN|^$/)
        }
      },
    )

    test('has something to say where it should', () => {
      const said = askers.map(([, asked]) => {
        const { source, shopper, shop } = open(create, asked)
        return saidBy(source, shop, shopper).values
      })
      expect(said.flat().some((value) => value > 0)).toBe(true)
    })

    test.each(askers)(
      'says the same to %s again, and from what happened before the instant alone',
      (_, asked) => {
        const first = open(create, asked)
        const said = saidBy(first.source, first.shop, first.shopper)
        expect(saidBy(first.source, first.shop, first.shopper)).toEqual(said)
        const later = open(create, asked, 'after')
        expect(saidBy(later.source, later.shop, later.shopper)).toEqual(said)
      },
    )
  })
}

function saidBy(source: CandidateSource, shop: LiveShop, shopper: ShopperContext) {
  const prepared = source.prepare(shopper)
  const items = Array.from({ length: shop.items.count }, (_, item) => item)
  return { proposed: prepared.propose(20), values: items.map((item) => prepared.valueFor(item)) }
}

function stage(happen: (state: SmallShop) => void) {
  const state = new SmallShop()
  fill(state)
  happen(state)
  const sellable = sellableState(state)
  return { state: sellable, shop: new LiveShop(sellable) }
}

const stages = { before: stage(() => {}), after: stage(happenAfter) }

function open(
  create: (stage: Stage) => CandidateSource,
  asked: Partial<DecisionRequest>,
  when: keyof typeof stages = 'before',
) {
  const { state, shop } = stages[when]
  const request: DecisionRequest = { page: 'home', cart: [], exclude: [], limit: 5, ...asked }
  const reader = readerOf(state, request)
  const shopper = shopperContext({ state, shop, request, reader, asOf: AS_OF })
  return { shop, shopper, source: create({ shop }) }
}

function fill(state: SmallShop): void {
  const kitchen = { category: 'Home/Kitchen/Mugs', brand: 'Bodum' }
  state.product('mug', kitchen)
  state.product('saucer', { category: 'Home/Kitchen/Plates', list_price_cents: 200 })
  state.product('spoon', { category: 'Home/Kitchen/Plates' })
  state.product('tent', { category: 'Outdoor/Tents', attributes: { colour: 'red' } })
  state.product('cold', { ...kitchen, product_name: 'The cold mug' })
  state.product('fresh', { ...kitchen, available_from: AS_OF - 3 * DAY_MS })
  const week = { starts_at: AS_OF - DAY_MS, ends_at: AS_OF + 3 * DAY_MS }
  state.offer('o1', { kind: 'percent', percent_bp: 1500, skus: [{ sku: 'tent', quantity: 1 }], ...week })
  const preferences = { categories: ['Outdoor'], brands: ['Bodum'] }
  const agreed = { personalisation: true, demographics: true, training: true }
  state.customer('ann', {
    ...agreed,
    fields: { preferences, gender: 'female', birth_year: 1990, location: 'GB' },
  })
  for (const other of ['bob', 'cat', 'dan']) {
    state.customer(other, { ...agreed, fields: { gender: 'female', birth_year: 1991, location: 'GB' } })
    state.order(other, ['mug', 'saucer'], AS_OF - 4 * DAY_MS)
    for (const [index, sku] of ['mug', 'tent', 'spoon'].entries()) {
      state.click('view_item', `s-${other}`, sku, AS_OF - 2 * DAY_MS + index * 1000, other)
    }
  }
  state.customer('new', { personalisation: true })
  for (const days of [90, 60, 30]) state.order('ann', ['mug'], AS_OF - days * DAY_MS)
  state.click('add_to_wishlist', 's-ann', 'spoon', AS_OF - 5 * HOUR_MS - DAY_MS, 'ann')
  // A year and more ago: the tent sells in these weeks, the saucer all year round.
  for (let week = 0; week < 53; week += 1)
    state.order(undefined, ['saucer'], AS_OF - (week * 7 + 20) * DAY_MS)
  for (let day = 0; day < 20; day += 1) state.order(undefined, ['tent'], AS_OF - (356 + day) * DAY_MS)
  state.order(undefined, ['saucer'], AS_OF - 390 * DAY_MS)
}

function happenAfter(state: SmallShop): void {
  for (const [index, sku] of ['cold', 'fresh', 'spoon', 'tent'].entries()) {
    const at = AS_OF + index * HOUR_MS
    state.order('ann', [sku, 'mug'], at)
    state.order('bob', [sku, 'saucer'], at)
    state.click('view_item', 's-ann', sku, at, 'ann')
    state.click('add_to_cart', 's-cat', sku, at, 'cat')
    state.click('view_item', 's-cat', 'mug', at + 1, 'cat')
  }
}
