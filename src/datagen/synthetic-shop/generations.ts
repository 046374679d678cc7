/** Generations by birth year, the last year of each. @source ALGORITHMS, section 5 */
const GENERATIONS = [
  { name: 'silent', until: 1945 },
  { name: 'boomers', until: 1964 },
  { name: 'gen_x', until: 1980 },
  { name: 'millennials', until: 1996 },
  { name: 'gen_z', until: 2012 },
] as const

export const generationOf = (birthYear: number): string =>
  GENERATIONS.find(({ until }) => birthYear <= until)?.name ?? 'alpha'
