import type { Customer } from '../../catalog/events/customers.ts'
import { DAY_MS } from '../../core/duration.ts'
import type { Random } from '../../core/random.ts'
import type { ShopOptions } from './shop-options.ts'
import type { Aisle } from './shop-products.ts'

/** Generations by birth year, the last year of each. @source ALGORITHMS, section 5 */
const GENERATIONS = [
  { name: 'silent', until: 1945 },
  { name: 'boomers', until: 1964 },
  { name: 'gen_x', until: 1980 },
  { name: 'millennials', until: 1996 },
  { name: 'gen_z', until: 2012 },
] as const

const GENDERS = ['female', 'male', 'diverse'] as const
const LOCATIONS = ['GB', 'GB-ENG', 'GB-SCT', 'GB-WLS', 'IE', 'DE', 'FR', 'NL', 'US-CA', 'US-NY'] as const

/** A customer, or somebody who never logs in, with what the shop does not know: taste and habits. */
export type Shopper = {
  /** Null for somebody who never logs in. */
  readonly customer: Customer | null
  readonly signedUpAt: number
  /** Running sums of how much each aisle is liked, in the order of the aisles. */
  readonly taste: readonly number[]
  /** Brand that is picked over others, by its name. */
  readonly brands: ReadonlySet<string>
  /** Visits a day. */
  readonly visitRate: number
  /** Chance that something liked enough to be carted is then bought. */
  readonly decisiveness: number
  /** Share of visits that begin before the login. */
  readonly lateLogin: number
  readonly random: Random
}

/** @returns in the order of their ids; a few sign up while the shop's history runs, the rest before it */
export function makeShoppers(
  options: ShopOptions,
  aisles: readonly Aisle[],
  random: Random,
): readonly Shopper[] {
  return Array.from({ length: options.customers }, (_, index) => {
    const own = random.fork(`shopper/${index}`)
    const startAt = options.endAt - options.days * DAY_MS
    const signedUpAt = own.next() < 0.8 ? startAt : startAt + own.below(options.days * DAY_MS)
    const customer = makeCustomer(`c-${String(index + 1).padStart(4, '0')}`, signedUpAt, own)
    return makeShopper(customer, signedUpAt, aisles, own)
  })
}

/** Somebody who comes once and never logs in. */
export const makeStranger = (aisles: readonly Aisle[], random: Random): Shopper =>
  makeShopper(null, 0, aisles, random)

function makeShopper(
  customer: Customer | null,
  signedUpAt: number,
  aisles: readonly Aisle[],
  random: Random,
): Shopper {
  const liking = aisles.map((aisle) => likingOf(aisle, customer, random))
  let sum = 0
  const brands = new Set(
    aisles.filter(() => random.next() < 0.5).map((aisle) => random.pick(aisle.products).product.brand ?? ''),
  )
  return {
    customer,
    signedUpAt,
    taste: liking.map((value) => {
      sum += value
      return sum
    }),
    brands,
    // Few come often, most come rarely: between one visit in a month and one in two days.
    visitRate: 0.03 + 0.5 * random.next() ** 4,
    decisiveness: 0.25 + 0.5 * random.next(),
    lateLogin: random.next() < 0.5 ? 0 : 0.4,
    random: random.fork('visits'),
  }
}

/** A handful of favourite aisles weigh most; who one is tilts the rest. */
function likingOf(aisle: Aisle, customer: Customer | null, random: Random): number {
  const { audience } = aisle.leaf
  const draw = random.next()
  const liking = 0.05 + (draw < 0.2 ? 1 + 2 * random.next() : 0.2 * random.next())
  if (audience === undefined || customer === null) return liking
  const fits =
    (audience.generation === undefined || audience.generation === generationOf(customer.birth_year)) &&
    (audience.gender === undefined || audience.gender === customer.gender)
  return fits ? liking * audience.times : liking
}

function makeCustomer(customerId: string, updatedAt: number, random: Random): Customer {
  const birthYear = 1940 + random.below(68)
  const [age, knowsAge, draw] = [
    new Date(updatedAt).getUTCFullYear() - birthYear,
    random.next(),
    random.next(),
  ]
  return {
    customer_id: customerId,
    ...(knowsAge < 0.7 ? { birth_year: birthYear } : knowsAge < 0.9 ? { age: Math.max(0, age) } : {}),
    ...(random.next() < 0.9
      ? { gender: draw < 0.52 ? GENDERS[0] : draw < 0.97 ? GENDERS[1] : GENDERS[2] }
      : {}),
    location: random.pick(LOCATIONS),
    consent: consentOf(random.next()),
    updated_at: updatedAt,
  }
}

function consentOf(draw: number): Customer['consent'] {
  if (draw < 0.84) return { personalisation: true, demographics: true, training: true }
  if (draw < 0.9) return { personalisation: true, demographics: false, training: true }
  if (draw < 0.95) return { personalisation: true, demographics: false, training: false }
  return { personalisation: false, demographics: false, training: false }
}

export function generationOf(birthYear: number | undefined): string {
  if (birthYear === undefined) return 'unknown'
  return GENERATIONS.find(({ until }) => birthYear <= until)?.name ?? 'alpha'
}
