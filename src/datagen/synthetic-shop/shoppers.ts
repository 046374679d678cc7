import type { Customer } from '../../catalog/events/customers.ts'
import { generationOfYear } from '../../catalog/segments.ts'
import { DAY_MS } from '../../core/duration.ts'
import { type Random, seededRandom } from '../../core/random.ts'
import type { Aisle } from './aisles.ts'
import type { Audience } from './category-tree.ts'
import { type ShopOptions, startOf } from './shop-options.ts'

const GENDERS = ['female', 'male', 'diverse'] as const
const LOCATIONS = ['GB', 'GB-ENG', 'GB-SCT', 'GB-WLS', 'IE', 'DE', 'FR', 'NL', 'US-CA', 'US-NY'] as const

/** Who somebody is, whether the shop is told or not. */
export type Person = {
  readonly birthYear: number
  readonly generation: string
  readonly gender: (typeof GENDERS)[number]
  readonly location: (typeof LOCATIONS)[number]
}

/** A customer, or somebody who never logs in, with what the shop does not know: taste and habits. */
export type Shopper = {
  /** Place among the customers; null for somebody who never logs in. */
  readonly number: number | null
  readonly customerId: string | null
  readonly person: Person
  /** How much each aisle is liked, in the order of the aisles. */
  readonly taste: readonly number[]
  /** Without favourites, brands or sensitivity: a control. */
  readonly isNeutral: boolean
  /** Brands that are picked over others, by name. */
  readonly brands: ReadonlySet<string>
  /** 0 does not look at prices, 0.5 somewhat, 1 very much. */
  readonly priceSensitivity: number
  /** Chance that something liked enough to be carted is then bought. */
  readonly decisiveness: number
  /** Share of visits that begin before the login. */
  readonly lateLogin: number
}

/** When somebody came, and how often they come. */
export type Habits = {
  /** Epoch ms. */
  readonly signedUpAt: number
  /** Visits a day. */
  readonly visitRate: number
}

const NEUTRAL_SHARE = 0.05
const FAVOURITES_STATED = 2

/**
 * The customers of a shop, each made again from the seed whenever they are needed: what is held of a million of them is
 * a few numbers each.
 */
export class Crowd {
  readonly #options: ShopOptions
  readonly #aisles: readonly Aisle[]
  readonly #brands: readonly (readonly string[])[]

  constructor(options: ShopOptions, aisles: readonly Aisle[]) {
    this.#options = options
    this.#aisles = aisles
    this.#brands = aisles.map(({ products }) => [...new Set(products.map((p) => p.product.brand ?? ''))])
  }

  /** A few sign up while the history runs, the rest before it. */
  habits(number: number): Habits {
    const random = this.#random(`habits/${number}`)
    const { days, visits = 1 } = this.#options
    const startAt = startOf(this.#options)
    const signedUpAt = random.next() < 0.8 ? startAt : startAt + random.below(days * DAY_MS)
    // Few come often, most come rarely: between one visit in a month and one in two days.
    return { signedUpAt, visitRate: visits * (0.03 + 0.5 * random.next() ** 4) }
  }

  customer(number: number): Shopper {
    const random = this.#random(`shopper/${number}`)
    return this.#shopper(number, `c-${String(number + 1).padStart(4, '0')}`, random)
  }

  /** Somebody who comes once and never logs in. */
  stranger(random: Random): Shopper {
    return this.#shopper(null, null, random)
  }

  /** The versions of a customer, oldest first: at sign-up, and of a few a later one, agreeing to more or to less. */
  versions(number: number): readonly Customer[] {
    const random = this.#random(`customer/${number}`)
    const { signedUpAt } = this.habits(number)
    const first = this.#record(this.customer(number), signedUpAt, random)
    const [changes, share] = [random.next() < 0.06, random.next()]
    const changedAt = signedUpAt + Math.floor(share * (this.#options.endAt - signedUpAt))
    if (!changes || changedAt === signedUpAt) return [first]
    return [first, { ...first, consent: otherConsent(first.consent), updated_at: changedAt }]
  }

  #random(name: string): Random {
    return seededRandom(`synthetic-shop/${this.#options.seed}/${name}`)
  }

  #shopper(number: number | null, customerId: string | null, random: Random): Shopper {
    const person = personOf(random)
    const isNeutral = random.next() < NEUTRAL_SHARE || this.#options.plant === 'none'
    const sensitivity = sensitivityOf(person, random.next())
    const taste = this.#aisles.map(({ leaf }) => {
      const liking = 0.05 + (random.next() < 0.2 ? 1 + 2 * random.next() : 0.2 * random.next())
      return isNeutral ? 1 : liking * audienceTimes(leaf.audience, person)
    })
    const brands = this.#brands.filter(() => random.next() < 0.5).map((names) => random.pick(names))
    return {
      number,
      customerId,
      person,
      taste,
      isNeutral,
      brands: new Set(isNeutral ? [] : brands),
      priceSensitivity: isNeutral ? 0 : sensitivity,
      decisiveness: 0.25 + 0.5 * random.next(),
      lateLogin: random.next() < 0.5 ? 0 : 0.4,
    }
  }

  /** What the person tells the shop: most, but not all of it. */
  #record(shopper: Shopper, updatedAt: number, random: Random): Customer {
    const { person, customerId } = shopper
    const age = Math.max(0, new Date(updatedAt).getUTCFullYear() - person.birthYear)
    const [tellsAge, tellsGender, tellsLikes] = [random.next(), random.next(), random.next()]
    return {
      customer_id: customerId ?? '',
      ...(tellsAge < 0.7 ? { birth_year: person.birthYear } : tellsAge < 0.9 ? { age } : {}),
      ...(tellsGender < 0.9 ? { gender: person.gender } : {}),
      location: person.location,
      ...(tellsLikes < 0.35 && !shopper.isNeutral ? { preferences: this.#preferences(shopper, random) } : {}),
      consent: consentOf(random.next()),
      updated_at: updatedAt,
    }
  }

  #preferences(shopper: Shopper, random: Random): NonNullable<Customer['preferences']> {
    const [best] = this.favourites(shopper)
    return {
      categories: this.favourites(shopper)
        .slice(0, FAVOURITES_STATED)
        .map(({ leaf }) => leaf.path),
      brands: [...shopper.brands].slice(0, FAVOURITES_STATED),
      sizes: best === undefined ? [] : [random.pick(best.leaf.sizes)],
    }
  }

  /** Aisles, best liked first. */
  favourites({ taste }: Shopper): readonly Aisle[] {
    return this.#aisles
      .map((aisle, place) => ({ aisle, liking: taste[place] ?? 0 }))
      .toSorted((a, b) => b.liking - a.liking)
      .map(({ aisle }) => aisle)
  }
}

function personOf(random: Random): Person {
  const birthYear = 1940 + random.below(68)
  const draw = random.next()
  return {
    birthYear,
    generation: generationOfYear(birthYear),
    gender: draw < 0.52 ? 'female' : draw < 0.97 ? 'male' : 'diverse',
    location: random.pick(LOCATIONS),
  }
}

/** How many times more than others somebody likes what is for an audience. */
function audienceTimes(audience: Audience | undefined, person: Person): number {
  if (audience === undefined) return 1
  const fits =
    (audience.generation === undefined || audience.generation === person.generation) &&
    (audience.gender === undefined || audience.gender === person.gender) &&
    (audience.country === undefined || audience.country === person.location.slice(0, 2))
  return fits ? audience.times : 1
}

/** Shares of those who look at prices somewhat and very much. */
export const SENSITIVITY_SHARES = {
  gen_z: { somewhat: 0.35, very: 0.45 },
  others: { somewhat: 0.3, very: 0.12 },
} as const

function sensitivityOf({ generation }: Person, draw: number): number {
  const { somewhat, very } = SENSITIVITY_SHARES[generation === 'gen_z' ? 'gen_z' : 'others']
  return draw < very ? 1 : draw < very + somewhat ? 0.5 : 0
}

const EVERYTHING = { personalisation: true, demographics: true, training: true } as const

function consentOf(draw: number): Customer['consent'] {
  if (draw < 0.84) return EVERYTHING
  if (draw < 0.9) return { personalisation: true, demographics: false, training: true }
  if (draw < 0.95) return { personalisation: true, demographics: false, training: false }
  return { personalisation: false, demographics: false, training: false }
}

/** Who agreed to everything takes it back; who did not agrees to it. */
const otherConsent = ({ personalisation, demographics, training }: Customer['consent']) =>
  personalisation && demographics && training
    ? { personalisation: false, demographics: false, training: false }
    : EVERYTHING
