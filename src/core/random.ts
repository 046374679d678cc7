/** A seeded stream of numbers: the same seed gives the same numbers on every machine. */
export type Random = {
  /** Uniform in [0, 1). */
  readonly next: () => number
  /** Uniform integer in [0, bound). */
  readonly below: (bound: number) => number
  /** One of `items`, evenly. @throws Error if empty. */
  readonly pick: <T>(items: readonly T[]) => T
  /** An independent stream named by `salt`, so that drawing more here changes nothing there. */
  readonly fork: (salt: string) => Random
}

/** sfc32, seeded by FNV-1a over the seed. @source PractRand, C. Doty-Humphrey (public domain) */
export function seededRandom(seed: string | number): Random {
  const name = String(seed)
  let [a, b, c, counter] = [fnv1a(`a${name}`), fnv1a(`b${name}`), fnv1a(`c${name}`), 1]
  const draw = (): number => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    c |= 0
    return sum >>> 0
  }
  for (let round = 0; round < 12; round += 1) draw()
  const next = (): number => draw() / 4_294_967_296
  const below = (bound: number): number => Math.floor(next() * bound)
  return {
    next,
    below,
    pick: (items) => {
      const item = items[below(items.length)]
      if (item === undefined) throw new Error('bug: pick from an empty list')
      return item
    },
    fork: (salt) => seededRandom(`${name}/${salt}`),
  }
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  return hash | 0
}
