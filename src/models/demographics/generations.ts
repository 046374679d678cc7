import { type Generation as CountedGeneration, generationOfYear } from '../../catalog/segments.ts'

/** How evaluation calls the generations. */
const LABELS = {
  silent: 'silent',
  boomers: 'boomer',
  gen_x: 'x',
  millennials: 'millennial',
  gen_z: 'z',
  alpha: 'alpha',
} as const satisfies Record<CountedGeneration, string>

export type Generation = (typeof LABELS)[CountedGeneration]

/** Null where the year of birth is not known. */
export const generationOf = (birthYear: number | null): Generation | null =>
  birthYear === null ? null : LABELS[generationOfYear(birthYear)]
