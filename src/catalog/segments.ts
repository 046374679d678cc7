import type { Step, WordExpression } from '../algebra/expression.ts'
import {
  add,
  bucket,
  chooseWord,
  column,
  integer,
  isNull,
  multiply,
  oneOf,
  orElse,
  subtract,
  word,
} from '../algebra/expression.ts'
import { DAY_MS } from '../core/duration.ts'

/** Of people who have not said, or said what is not known here. */
export const UNKNOWN = 'unknown'

/** First year of birth of each generation, `silent` holding all before. @source ALGORITHMS, section 5 */
export const GENERATION_YEARS = {
  silent: 0,
  boomers: 1946,
  gen_x: 1965,
  millennials: 1981,
  gen_z: 1997,
  alpha: 2013,
} as const
export type Generation = keyof typeof GENERATION_YEARS
export const GENERATIONS = [...Object.keys(GENERATION_YEARS), UNKNOWN]

const GENERATION_NAMES = Object.entries(GENERATION_YEARS)

/** The generation of somebody who was born in the year; the meaning of `generationOf` where a year is stated. */
export function generationOfYear(birthYear: number): Generation {
  const names = Object.keys(GENERATION_YEARS) as Generation[]
  return names.findLast((name) => birthYear >= GENERATION_YEARS[name]) ?? 'silent'
}

const byYear: readonly Step[] = GENERATION_NAMES.map(([generation, from]) => ({ from, word: generation }))

/** First instant of each generation, epoch ms; before 1970 they are negative. */
const byInstant: readonly Step[] = GENERATION_NAMES.map(([generation, year], place) => ({
  from: place === 0 ? -Number.MAX_SAFE_INTEGER : Date.UTC(year, 0, 1),
  word: generation,
}))

/** A year of 365.25 days. */
const YEAR_MS = 365 * DAY_MS + DAY_MS / 4

/**
 * When somebody was born who was `age` years old at `updated_at`: they count as halfway between two birthdays, so age
 * and half a year are counted back, years of 365.25 days. At most half a year off.
 */
const bornAt = subtract(
  column('updated_at'),
  add(multiply(orElse(column('age'), integer(0)), integer(YEAR_MS)), integer(YEAR_MS / 2)),
)

/** Generation of a version of a customer: by `birth_year`, else by `age` counted back from the version's instant. */
export const generationOf: WordExpression = chooseWord(
  isNull('birth_year'),
  chooseWord(isNull('age'), word(UNKNOWN), bucket(bornAt, byInstant)),
  bucket(orElse(column('birth_year'), integer(0)), byYear),
)

/** How people write the genders that are counted apart; whatever else they state is `other`. */
const FEMALE = ['female', 'Female', 'FEMALE', 'f', 'F', 'woman', 'Woman']
const MALE = ['male', 'Male', 'MALE', 'm', 'M', 'man', 'Man']
export const GENDERS = ['female', 'male', 'other', UNKNOWN] as const

export const genderOf: WordExpression = chooseWord(
  isNull('gender'),
  word(UNKNOWN),
  chooseWord(
    oneOf('gender', ...FEMALE),
    word('female'),
    chooseWord(oneOf('gender', ...MALE), word('male'), word('other')),
  ),
)

/** The location as it is stated, `GB` or `US-CA`. */
export const regionOf: WordExpression = chooseWord(isNull('location'), word(UNKNOWN), column('location'))
