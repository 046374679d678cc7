import { Accumulator } from './accumulator.ts'
import { bestItems } from './best-items.ts'
import { type CandidateSource, type Evidence, type ShopperContext, SILENT } from './candidate-source.ts'
import type { HistoryEntry, HistoryIndex } from './history-index.ts'
import type { ItemTable } from './item-table.ts'
import { RequestValues } from './request-values.ts'

/** The shopper's last products that are compared, and how their weight falls from one to the one before. */
const COMPARED = 10
const DECAY = 2
const NEIGHBOURS = 500
/** Share of what came right after the newest product, by how many steps later. */
const TRANSITIONS = 0.15

/**
 * Nearest visits (V-SKNN): visits of others that held what this one holds, and what else they held.
 * @source M. Ludewig, D. Jannach: Evaluation of session-based recommendation algorithms, 2018 (method alone)
 */
export function sessions(items: ItemTable, visits: HistoryIndex): CandidateSource {
  const scores = new Accumulator()
  const worths = new RequestValues()
  /** Places of the shopper's last products, newest first, by item. */
  const asked = new RequestValues()
  return {
    name: 'sessions',
    driver: 'affinity',
    prepare: (shopper) => {
      scores.clear()
      const query = queryOf(shopper, visits)
      if (query.size === 0) return SILENT
      const idfOf = idfAt(visits, shopper.asOf)
      worths.clear()
      asked.clear()
      for (const [place, item] of [...query.keys()].entries()) asked.set(item, place)
      /** What an item is worth in any visit: asked again in each that holds it. */
      const worthOf = (item: number): number => {
        if (worths.has(item)) return worths.get(item)
        const worth = (1 - TRANSITIONS) * Math.sqrt(idfOf(item))
        worths.set(item, worth)
        return worth
      }
      const newest = query.keys().next().value ?? -1
      for (const { entry, likeness } of neighbours(visits, query, shopper)) {
        const from = entry.items.indexOf(newest)
        for (let place = 0; place < entry.items.length; place += 1) {
          const item = entry.items[place] ?? 0
          if (asked.has(item)) continue
          const after = from >= 0 && place > from ? TRANSITIONS / (place - from) : 0
          scores.add(item, likeness * (worthOf(item) + after))
        }
      }
      const greatest = scores.greatest()
      return {
        propose: (limit) => bestItems(scores.items, limit, (item) => scores.get(item), items.compare),
        valueFor: (item) => (greatest === 0 ? 0 : scores.get(item) / greatest),
        evidenceOf: (item) => commonest(visits, { query, asked }, item, shopper),
      }
    },
  }
}

/** Weight of each of the shopper's last products, newest first. */
function queryOf(
  { pageItem, cart, recent, asOf }: ShopperContext,
  visits: HistoryIndex,
): Map<number, number> {
  const idfOf = idfAt(visits, asOf)
  const query = new Map<number, number>()
  const take = (item: number) => {
    if (query.has(item) || query.size >= COMPARED) return
    query.set(item, Math.exp(-query.size / DECAY) * idfOf(item))
  }
  if (pageItem >= 0) take(pageItem)
  for (const item of cart) take(item)
  for (const { item } of recent) take(item)
  return query
}

function idfAt(visits: HistoryIndex, asOf: number): (item: number) => number {
  const all = 1 + visits.size(asOf)
  return (item) => Math.log(all / (1 + visits.countOf(item, asOf))) + 1
}

type Neighbour = { readonly entry: HistoryEntry; readonly likeness: number }

/** Visits that share products with the query, most alike first, ties by newness, then key. */
function neighbours(
  visits: HistoryIndex,
  query: ReadonlyMap<number, number>,
  { asOf, shopper }: ShopperContext,
): readonly Neighbour[] {
  const shared = new Map<HistoryEntry, number>()
  for (const [item, weight] of query) {
    visits.eachWith(item, { asOf, not: shopper }, (entry) => {
      shared.set(entry, (shared.get(entry) ?? 0) + weight)
    })
  }
  const all: Neighbour[] = []
  for (const [entry, weight] of shared) {
    all.push({ entry, likeness: weight / Math.sqrt(entry.items.length) })
  }
  if (all.length <= NEIGHBOURS) return all
  return all
    .sort(
      (a, b) => b.likeness - a.likeness || b.entry.at - a.entry.at || (a.entry.key < b.entry.key ? -1 : 1),
    )
    .slice(0, NEIGHBOURS)
}

/** The product of the query that most visits held together with `item`; of several the one that comes first in them. */
function commonest(
  visits: HistoryIndex,
  { query, asked }: { readonly query: ReadonlyMap<number, number>; readonly asked: RequestValues },
  item: number,
  { asOf, shopper }: ShopperContext,
): Evidence {
  const products = [...query.keys()]
  const counts = new Int32Array(products.length)
  /** Of each the first visit that holds it. */
  const firstVisits = new Int32Array(products.length)
  let visit = 0
  visits.eachWith(item, { asOf, not: shopper }, ({ items }) => {
    visit += 1
    for (let place = 0; place < items.length; place += 1) {
      const other = items[place] ?? 0
      if (!asked.has(other)) continue
      const index = asked.get(other)
      if (counts[index] === 0) firstVisits[index] = visit
      counts[index] = (counts[index] ?? 0) + 1
    }
  })
  let best = -1
  for (let index = 0; index < products.length; index += 1) {
    const [own, most] = [counts[index] ?? 0, counts[best] ?? 0]
    const isEarlier = own === most && (firstVisits[index] ?? 0) < (firstVisits[best] ?? 0)
    if (own > most || (own > 0 && isEarlier)) best = index
  }
  return best < 0
    ? { kind: 'none' }
    : { kind: 'same_visits', item: products[best] ?? 0, visits: counts[best] ?? 0 }
}
