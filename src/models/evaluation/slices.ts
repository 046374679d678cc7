import { basketStarts } from '../basket/baskets.ts'
import { generationOf } from '../demographics/generations.ts'
import { historyOf } from '../sequences.ts'
import { shoppersOfItems } from '../shoppers-of-items.ts'
import type { Split } from './split.ts'

/** A part of the questions: which users, and which of their targets; nobody is left without a target. */
export type Slice = {
  readonly name: string
  readonly users: readonly number[]
  /** By position in `users`. */
  readonly targets: readonly ReadonlySet<number>[]
}

/** Baskets (events where there are no orders) before the question: `new` up to 1, `light` up to 5, `heavy` beyond. */
const NEW_UP_TO = 1
const LIGHT_UP_TO = 5
/** Items that fewer shoppers have in the training are cold. */
const COLD_BELOW = 5

/**
 * The parts of a split that figures are also given of: shoppers by length of history and by generation; targets by
 * how many shoppers had the item before (`cold`, `warm`), and by whether the shopper did (`repeat`, `explore`). Lists
 * stay those over the whole catalogue. Empty parts are left out.
 */
export function slicesOf(split: Split): Slice[] {
  const shoppers = shoppersOfItems(split.training.sequences)
  const isCold = (item: number) => (shoppers[item] ?? 0) < COLD_BELOW
  const had = split.targets.map((_, user) => new Set(historyOf(split.queries, user).items))
  const slices = [
    ...byUser(split, (user) => lengthClass(split, user), ['new', 'light', 'heavy']),
    byTarget(split, 'cold', (item) => isCold(item)),
    byTarget(split, 'warm', (item) => !isCold(item)),
    byTarget(split, 'repeat', (item, user) => had[user]?.has(item) === true),
    byTarget(split, 'explore', (item, user) => had[user]?.has(item) !== true),
    ...bySegment(split),
  ]
  return slices.filter(({ users }) => users.length > 0)
}

function lengthClass({ queries }: Split, user: number): string {
  const baskets = basketStarts(historyOf(queries, user)).length - 1
  if (baskets <= NEW_UP_TO) return 'new'
  return baskets <= LIGHT_UP_TO ? 'light' : 'heavy'
}

function bySegment(split: Split): Slice[] {
  const { people } = split.queries
  if (people === undefined) return []
  const segment = (user: number) => `generation:${generationOf(people[user]?.birthYear ?? null) ?? 'unknown'}`
  const names = new Set(split.targets.map((_, user) => segment(user)))
  return names.size < 2 ? [] : byUser(split, segment, [...names].sort())
}

function byUser(split: Split, classOf: (user: number) => string, names: readonly string[]): Slice[] {
  const classes = split.targets.map((_, user) => classOf(user))
  return names.map((name) => {
    const users = Array.from(classes.keys()).filter((user) => classes[user] === name)
    return { name, users, targets: users.map((user) => split.targets[user] ?? new Set<number>()) }
  })
}

function byTarget(split: Split, name: string, keeps: (item: number, user: number) => boolean): Slice {
  const kept = split.targets.map((own, user) => new Set([...own].filter((item) => keeps(item, user))))
  const users = Array.from(kept.keys()).filter((user) => (kept[user]?.size ?? 0) > 0)
  return { name, users, targets: users.map((user) => kept[user] ?? new Set<number>()) }
}
