import { seededRandom } from '../core/random.ts'

/** What choosing needs of a shortlisted product. A decision record keeps exactly this. */
export type Choosable = {
  readonly rankScore: number
  readonly isExplored: boolean
}

export type SelectionSettings = {
  readonly limit: number
  /** In [0, 1]: how much being unlike what stands above counts against the score. */
  readonly diversity: number
  /** In [0, 1]: probability that the last slot is drawn from what is little known. */
  readonly exploration: number
  readonly seed: number
}

/** A slot of the answer. */
export type Slot = {
  /** Place in the shortlist. */
  readonly choice: number
  /** P(this one at this slot | slots above). */
  readonly propensity: number
  readonly by: 'score' | 'diversity' | 'exploration'
}

/** Lists shorter than this have no slot to spare. */
const LEAST_SLOTS_TO_EXPLORE = 4

/**
 * Fills the slots from a shortlist, best first. Each slot takes what is best by score and unlikeness to the slots
 * above (maximal marginal relevance); the last one is drawn, with probability `exploration`, evenly from what may be
 * explored and is not shown. Drawing comes last, so nothing above depends on it. Pure: the same seed gives the
 * same slots.
 *
 * @param likeness of two places of the shortlist, in [0, 1]
 * @source J. Carbonell, J. Goldstein: The use of MMR, 1998 (method alone)
 */
export function select(
  shortlist: readonly Choosable[],
  likeness: (a: number, b: number) => number,
  { limit, diversity, exploration, seed }: SelectionSettings,
): readonly Slot[] {
  const size = Math.min(limit, shortlist.length)
  const explores = exploration > 0 && limit >= LEAST_SLOTS_TO_EXPLORE && shortlist.length > limit
  const picker = new Picker(shortlist, likeness, diversity)
  const slots: Slot[] = []
  while (slots.length < size - (explores ? 1 : 0)) {
    const choice = picker.pick()
    slots.push({ choice, propensity: 1, by: choice === picker.bestByScore ? 'score' : 'diversity' })
    picker.take(choice)
  }
  if (explores) slots.push(drawn(picker, exploration, seed))
  return slots
}

/** The last slot: the best that is left, or one to explore. */
function drawn(picker: Picker, exploration: number, seed: number): Slot {
  const best = picker.pick()
  const pool = picker.left.filter((choice) => picker.mayExplore(choice))
  if (pool.length === 0) {
    return { choice: best, propensity: 1, by: best === picker.bestByScore ? 'score' : 'diversity' }
  }
  const random = seededRandom(seed).fork('slot')
  const isExploring = random.next() < exploration
  const choice = isExploring ? random.pick(pool) : best
  const ofDraw = pool.includes(choice) ? exploration / pool.length : 0
  return {
    choice,
    propensity: (choice === best ? 1 - exploration : 0) + ofDraw,
    by: choice !== best ? 'exploration' : best === picker.bestByScore ? 'score' : 'diversity',
  }
}

/** What is left of a shortlist, with the greatest likeness of each to what was taken. */
class Picker {
  readonly #shortlist: readonly Choosable[]
  readonly #likeness: (a: number, b: number) => number
  readonly #diversity: number
  readonly #isTaken: Uint8Array
  readonly #likest: Float64Array
  readonly #lowest: number
  readonly #range: number

  constructor(
    shortlist: readonly Choosable[],
    likeness: (a: number, b: number) => number,
    diversity: number,
  ) {
    this.#shortlist = shortlist
    this.#likeness = likeness
    this.#diversity = diversity
    this.#isTaken = new Uint8Array(shortlist.length)
    this.#likest = new Float64Array(shortlist.length)
    // Without those to explore: they come and go with the seed, and what is not drawn must not.
    const scores = shortlist.flatMap(({ rankScore, isExplored }) => (isExplored ? [] : [rankScore]))
    this.#lowest = Math.min(0, ...scores)
    this.#range = Math.max(0, ...scores) - this.#lowest
  }

  get left(): number[] {
    return Array.from(this.#isTaken, (_, choice) => choice).filter((choice) => this.#isTaken[choice] === 0)
  }

  /** The first that is left: the shortlist is in the order of its scores. */
  get bestByScore(): number {
    return this.#isTaken.indexOf(0)
  }

  mayExplore(choice: number): boolean {
    return this.#shortlist[choice]?.isExplored === true
  }

  /** One to explore only where nothing else is left. */
  pick(): number {
    const best = this.#best((choice) => !this.mayExplore(choice))
    return best >= 0 ? best : this.#best(() => true)
  }

  #best(isAllowed: (choice: number) => boolean): number {
    let best = -1
    let greatest = Number.NEGATIVE_INFINITY
    for (let choice = 0; choice < this.#shortlist.length; choice += 1) {
      if (this.#isTaken[choice] !== 0 || !isAllowed(choice)) continue
      const value = this.#marginal(choice)
      if (best < 0 || value > greatest) [best, greatest] = [choice, value]
    }
    return best
  }

  take(taken: number): void {
    this.#isTaken[taken] = 1
    if (this.#diversity === 0) return
    for (let choice = 0; choice < this.#likest.length; choice += 1) {
      if (this.#isTaken[choice] !== 0) continue
      this.#likest[choice] = Math.max(this.#likest[choice] ?? 0, this.#likeness(choice, taken))
    }
  }

  #marginal(choice: number): number {
    const { rankScore } = this.#shortlist[choice] ?? { rankScore: 0 }
    const relevance = this.#range === 0 ? 0 : (rankScore - this.#lowest) / this.#range
    return (1 - this.#diversity) * relevance - this.#diversity * (this.#likest[choice] ?? 0)
  }
}
