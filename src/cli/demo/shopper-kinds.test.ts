import { expect, test } from 'vitest'
import type { Customer } from '../../catalog/events/customers.ts'
import type { Product } from '../../catalog/events/products.ts'
import { pricePlaces, type ShopperFacts } from './shopper-facts.ts'
import { shopperKinds } from './shopper-kinds.ts'

const NOW = Date.UTC(2026, 6, 1)
const agreed = { personalisation: true, demographics: true, training: true }

type Sketch = Partial<Omit<ShopperFacts, 'id' | 'customer'>> & { readonly customer?: Partial<Customer> }

function facts(id: string, { customer = {}, ...rest }: Sketch): ShopperFacts {
  const person: Customer = { customer_id: id, consent: agreed, updated_at: Date.UTC(2025, 0, 1), ...customer }
  return { id, purchases: 0, touched: 0, discountShare: 0, pricePlace: null, ...rest, customer: person }
}

const idsByKind = (all: readonly ShopperFacts[]) =>
  Object.fromEntries(
    shopperKinds(all, NOW).map(({ kind, shoppers }) => [
      kind,
      shoppers.map(({ customer_id }) => customer_id),
    ]),
  )

test('finds each kind by what is known of people, and shows nobody twice', () => {
  const kinds = idsByKind([
    facts('newcomer', {}),
    facts('light', { purchases: 1, pricePlace: 0.9 }),
    ...[1, 2, 3].map((n) => facts(`light-${n}`, { purchases: 1 + n, pricePlace: 0.9 })),
    ...[1, 2, 3, 4].map((n) => facts(`heavy-${n}`, { purchases: 100 - n, pricePlace: 0.5 })),
    facts('young', { purchases: 9, pricePlace: 0.6, customer: { birth_year: 1997 } }),
    facts('young-by-age', { purchases: 8, pricePlace: 0.6, customer: { age: 20 } }),
    facts('old', { purchases: 9, pricePlace: 0.6, customer: { birth_year: 1964 } }),
    facts('frugal', { purchases: 9, pricePlace: 0.1 }),
    facts('generous', { purchases: 9, pricePlace: 0.95 }),
    facts('hunter', { purchases: 9, pricePlace: 0.95, discountShare: 0.8 }),
  ])
  expect(kinds['new']).toEqual(['newcomer'])
  expect(kinds['light']).toEqual(['light', 'light-1', 'light-2', 'light-3'])
  expect(kinds['heavy']).toEqual(['heavy-1', 'heavy-2', 'heavy-3', 'heavy-4'])
  expect(kinds['gen_z']).toEqual(['young', 'young-by-age'])
  expect(kinds['boomer']).toEqual(['old'])
  expect(kinds['price_sensitive']).toEqual(['hunter', 'frugal', 'generous'])
})

test('an age that may not count makes nobody an example of a generation', () => {
  const shy = facts('shy', {
    purchases: 9,
    customer: { birth_year: 2000, consent: { ...agreed, demographics: false } },
  })
  expect(Object.keys(idsByKind([shy]))).toEqual(['light'])
})

test('says in one line who somebody is', () => {
  const [kind] = shopperKinds(
    [
      facts('c-1', {
        purchases: 12,
        discountShare: 0.25,
        pricePlace: 0.214,
        customer: { birth_year: 2001, gender: 'female', location: 'GB-ENG' },
      }),
    ],
    NOW,
  )
  expect(kind?.shoppers[0]?.who).toBe(
    'Gen Z, about 25, female, GB-ENG; 12 purchases; 25 % of it at a discount, typical price: above 21 % of the category',
  )
})

test('the place of a price is that among the products of its category', () => {
  const product = (sku: string, category: string, price_cents: number): Product => ({
    sku,
    category,
    price_cents,
    product_name: sku,
    currency: 'GBP',
    updated_at: 0,
  })
  const places = pricePlaces([
    product('dear', 'Mugs', 900),
    product('cheap', 'Mugs', 100),
    product('middling', 'Mugs', 300),
    product('alone', 'Jugs', 100),
  ])
  expect(Object.fromEntries(places)).toEqual({ cheap: 0, middling: 0.5, dear: 1, alone: 0.5 })
})
