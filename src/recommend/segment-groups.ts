import { UNKNOWN } from '../catalog/segments.ts'

export type Segment = { readonly generation: string; readonly gender: string; readonly region: string }

/** People who have something in common. */
export type Group = {
  readonly name: string
  /** In a sentence: `people of your generation`. */
  readonly words: string
  readonly holds: (segment: Segment) => boolean
  /** Names of groups that it is a part of and that come before it. */
  readonly within: readonly string[]
}

const PEOPLE: Readonly<Record<string, string>> = { female: 'women', male: 'men' }

/** `GB` of `GB-ENG`. */
const countryOf = (region: string): string => region.split('-')[0] ?? region

/** The groups that somebody is in, wide ones first; by what is known of them. Empty where nothing is. */
export function groupsOf({ generation, gender, region }: Segment): readonly Group[] {
  const country = countryOf(region)
  const people = PEOPLE[gender] ?? 'people'
  const groups: Group[] = []
  const add = (name: string, words: string, holds: Group['holds'], within: readonly string[] = []): void => {
    groups.push({ name, words, holds, within })
  }
  const [hasGeneration, hasGender, hasRegion] = [generation, gender, region].map((part) => part !== UNKNOWN)
  if (hasGeneration === true)
    add(generation, 'people of your generation', (one) => one.generation === generation)
  if (hasGender === true && gender in PEOPLE) add(gender, people, (one) => one.gender === gender)
  if (hasRegion === true) {
    add(country, `people in ${country}`, (one) => countryOf(one.region) === country)
    if (region !== country) add(region, `people in ${region}`, (one) => one.region === region, [country])
  }
  if (hasGeneration === true && hasGender === true && gender in PEOPLE) {
    const both = (one: Segment) => one.generation === generation && one.gender === gender
    add(`${generation} ${gender}`, `${people} of your generation`, both, [generation, gender])
  }
  return groups
}
