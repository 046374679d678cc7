import type { ViewPlan } from '../plan.ts'
import type { IncrementalEngine } from './incremental.ts'
import { ownPart, sizeOfPart } from './incremental-owners.ts'
import { ENTRY, type Part, type PartFolder } from './incremental-parts.ts'

/** A tile that was counted elsewhere. */
export type PutTile = {
  readonly view: string
  readonly key: readonly string[]
  /** Epoch ms; a multiple of the view's tile. */
  readonly tileStart: number
  /** In the order of the view's measures, null for a min or max of nothing. Null: there is no such tile any more. */
  readonly values: readonly (number | null)[] | null
}

/** An entry of a sequence that was found elsewhere. */
export type PutEntry = {
  readonly view: string
  readonly key: readonly string[]
  readonly tileStart: number
  readonly word: string
  /** Instant of its row, then its place in the total order: topic number, partition, offset, item index. */
  readonly order: readonly [number, number, number, number, number]
}

/** An entry of a sequence that is no more. */
export type DropEntry = Omit<PutEntry, 'word' | 'order'> & {
  /** Topic number, partition, offset, item index. */
  readonly coordinates: readonly [number, number, number, number]
}

/** Key column that tells apart who counted a tile. */
export const PART_COLUMN = 'part'

/** A view whose tiles are kept apart by who counted them, as the last word of their key. Sequences need no such word. */
export const withParts = (plan: ViewPlan): ViewPlan =>
  plan.viewKind === 'sequence'
    ? plan
    : { ...plan, view: { ...plan.view, key: [plan.view.key[0], ...plan.view.key.slice(1), PART_COLUMN] } }

/** Puts a tile in place of what was there for the same key and time. */
export function putTile(engine: IncrementalEngine, { view, key, tileStart, values }: PutTile): void {
  const { part, folder, start, touch } = locate(engine, { view, key, tileStart })
  const found = start < part.length
  if (values === null) {
    if (!found) return
    part.splice(start, folder.lengthAt(part, start))
  } else {
    if (!found) part.push(...headOf(engine, folder, key, tileStart), ...values.map(() => 0))
    for (const [index, value] of values.entries()) part[start + folder.head + index] = value ?? Number.NaN
  }
  touch()
}

/** Puts an entry among those of its tile; the newest stay, as many as the view's limit. */
export function putEntry(engine: IncrementalEngine, { view, key, tileStart, word, order }: PutEntry): void {
  const { part, folder, start, touch } = locate(engine, { view, key, tileStart })
  const measure = folder.plan.measures[0]?.measure
  if (measure?.kind !== 'latest') throw new Error(`bug: view '${view}' is no sequence`)
  if (start === part.length) part.push(...headOf(engine, folder, key, tileStart), 0)
  const countSlot = start + folder.head
  const count = part[countSlot] ?? 0
  let place = 0
  while (place < count && compare(part, countSlot + 1 + place * ENTRY, order) > 0) place += 1
  const at = countSlot + 1 + place * ENTRY
  if (place === measure.limit) return
  if (place < count && compare(part, at, order) === 0) {
    part[at] = engine.words.number(word)
  } else {
    part.splice(at, 0, engine.words.number(word), ...order)
    if (count === measure.limit) part.splice(countSlot + 1 + measure.limit * ENTRY, ENTRY)
    else part[countSlot] = count + 1
  }
  touch()
}

/** Takes the entry at a place of the log out of its tile; those that the limit had pushed out do not come back. */
export function dropEntry(engine: IncrementalEngine, { view, key, tileStart, coordinates }: DropEntry): void {
  const { part, folder, start, touch } = locate(engine, { view, key, tileStart })
  if (start === part.length) return
  const countSlot = start + folder.head
  const count = part[countSlot] ?? 0
  for (let place = 0; place < count; place += 1) {
    const at = countSlot + 1 + place * ENTRY
    if (!coordinates.every((number, field) => part[at + 2 + field] === number)) continue
    part.splice(at, ENTRY)
    part[countSlot] = count - 1
    if (count === 1) part.splice(start, folder.lengthAt(part, start))
    touch()
    return
  }
}

type Place = { readonly view: string; readonly key: readonly string[]; readonly tileStart: number }

/** The part that holds the tile, and where it begins there; the part's end if it is not there. */
function locate(engine: IncrementalEngine, { view, key: [owner = '', ...rest], tileStart }: Place) {
  const { group, folder, index } = engine.locate(view)
  const chunk = engine.chunk(group, owner, Math.floor(tileStart / group.chunkMs))
  const part = ownPart(chunk, index)
  const tile = tileStart / folder.plan.tileMs
  const words = rest.map((word) => engine.words.number(word))
  let start = 0
  while (start < part.length && !isTile(part, start, [tile, ...words])) start += folder.lengthAt(part, start)
  const before = sizeOfPart(part.length)
  const touch = () => {
    engine.grew(group, sizeOfPart(part.length) - before)
    engine.touch(chunk)
  }
  return { part, folder, start, touch }
}

const isTile = (part: Part, start: number, head: readonly number[]): boolean =>
  head.every((number, place) => part[start + place] === number)

/** Tile number, words of the key beyond the owner, and rows: one, since whoever counted does not say how many. */
const headOf = (
  engine: IncrementalEngine,
  { plan }: PartFolder,
  [, ...rest]: readonly string[],
  tileStart: number,
): number[] => [tileStart / plan.tileMs, ...rest.map((word) => engine.words.number(word)), 1]

/** Above 0 if the entry at `start` lies after `order` in the total order. */
function compare(part: Part, start: number, order: PutEntry['order']): number {
  for (const [field, number] of order.entries()) {
    const difference = (part[start + 1 + field] ?? 0) - number
    if (difference !== 0) return difference
  }
  return 0
}
