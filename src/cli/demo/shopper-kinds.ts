import { type Generation, generationOfYear } from '../../catalog/segments.ts'
import type { ShopperFacts } from './shopper-facts.ts'

/** How many shoppers of each kind the page offers. */
const EACH_KIND = 4
/** Purchases from which on prices say something of a person. */
const TELLING_PURCHASES = 5

/** A kind of shopper with people of the shop who are examples of it. */
export type ShopperKind = {
  readonly kind: string
  readonly title: string
  /** What makes somebody one, in one line. */
  readonly about: string
  readonly shoppers: readonly DemoShopper[]
}

export type DemoShopper = {
  readonly customer_id: string
  /** Who that is, in one line. */
  readonly who: string
}

type Rule = {
  readonly kind: string
  readonly title: string
  readonly about: string
  readonly examples: (all: readonly ShopperFacts[]) => readonly ShopperFacts[]
}

/** How the page calls the generations. */
const TITLES = {
  silent: 'Silent Generation',
  boomers: 'Boomer',
  gen_x: 'Gen X',
  millennials: 'Millennial',
  gen_z: 'Gen Z',
  alpha: 'Gen Alpha',
} as const satisfies Record<Generation, string>

const RULES: readonly Rule[] = [
  {
    kind: 'new',
    title: 'New',
    about: 'registered, has bought nothing yet',
    examples: (all) =>
      all.filter(({ purchases }) => purchases === 0).toSorted((a, b) => a.touched - b.touched),
  },
  {
    kind: 'light',
    title: 'Light',
    about: 'has bought once or twice',
    examples: (all) =>
      all.filter(({ purchases }) => purchases > 0).toSorted((a, b) => a.purchases - b.purchases),
  },
  {
    kind: 'heavy',
    title: 'Heavy',
    about: 'is among those who buy most',
    examples: (all) =>
      all.filter(({ purchases }) => purchases > 0).toSorted((a, b) => b.purchases - a.purchases),
  },
  { kind: 'gen_z', title: 'Gen Z', about: 'born from 1997 to 2012', examples: ofGeneration('gen_z') },
  { kind: 'boomer', title: 'Boomer', about: 'born from 1946 to 1964', examples: ofGeneration('boomers') },
  {
    kind: 'price_sensitive',
    title: 'Price-sensitive',
    about: 'buys mostly at a discount, or the cheaper products of a category',
    examples: (all) =>
      all
        .filter(({ purchases }) => purchases >= TELLING_PURCHASES)
        .toSorted(
          (a, b) =>
            (b.discountShare ?? 0) - (a.discountShare ?? 0) || (a.pricePlace ?? 1) - (b.pricePlace ?? 1),
        ),
  },
]

/**
 * Every kind of which the shop has somebody, with at most four people each; nobody is shown twice.
 *
 * @param now epoch ms, for ages
 */
export function shopperKinds(facts: readonly ShopperFacts[], now: number): readonly ShopperKind[] {
  const taken = new Set<string>()
  const sorted = facts.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  return RULES.map(({ kind, title, about, examples }) => {
    const chosen = examples(sorted)
      .filter(({ id }) => !taken.has(id))
      .slice(0, EACH_KIND)
    for (const { id } of chosen) taken.add(id)
    return {
      kind,
      title,
      about,
      shoppers: chosen.map((shopper) => ({ customer_id: shopper.id, who: whoIs(shopper, now) })),
    }
  }).filter(({ shoppers }) => shoppers.length > 0)
}

/** People of a generation who let their age count, those with most history first. */
function ofGeneration(wanted: Generation): Rule['examples'] {
  return (all) =>
    all
      .filter(
        ({ customer }) => customer.consent.demographics && generationOf(birthYearOf(customer)) === wanted,
      )
      .toSorted((a, b) => b.purchases - a.purchases)
}

/** Null where neither a birth year nor an age is known. */
function birthYearOf({ birth_year, age, updated_at }: ShopperFacts['customer']): number | null {
  if (birth_year !== undefined) return birth_year
  return age === undefined ? null : new Date(updated_at).getUTCFullYear() - age
}

const generationOf = (birthYear: number | null): Generation | null =>
  birthYear === null ? null : generationOfYear(birthYear)

/** `Gen Z, 24, woman, GB-LND; 12 purchases; buys cheap (0.21)`; what is not known is left out. */
function whoIs(
  { customer, purchases, touched, discountShare, pricePlace }: ShopperFacts,
  now: number,
): string {
  const birthYear = birthYearOf(customer)
  const person = [
    birthYear === null ? null : TITLES[generationOfYear(birthYear)],
    birthYear === null ? null : `about ${ageAt(birthYear, now)}`,
    customer.gender ?? null,
    customer.location ?? null,
  ].filter((word) => word !== null)
  const history =
    purchases === 0 ? `no purchase, ${counted(touched, 'product')} looked at` : counted(purchases, 'purchase')
  const prices =
    pricePlace === null || discountShare === null || purchases < TELLING_PURCHASES
      ? []
      : [
          `${Math.round(discountShare * 100)} % of it at a discount, typical price: above ${Math.round(pricePlace * 100)} % of the category`,
        ]
  return [...(person.length === 0 ? [] : [person.join(', ')]), history, ...prices].join('; ')
}

const ageAt = (birthYear: number, now: number): number => new Date(now).getUTCFullYear() - birthYear

const counted = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`
