import type { FittedRecommender, Recommender } from '../recommender.ts'
import type { ShopperHistory } from '../sequences.ts'
import { type SessionIndex, sessionIndex } from './session-index.ts'
import { SESSION_SETTINGS, type SessionSettings } from './session-settings.ts'

/**
 * What comes next in a session of somebody unknown (V-SKNN): the items of the most similar past sessions, and what
 * followed the session's items before. Sparse, nothing is solved: a past session can be added or taken out at any
 * time. Where the data has no sessions, a shopper's whole history is one.
 */
export const sessions = (settings: SessionSettings = SESSION_SETTINGS): Recommender => ({
  name: 'sessions',
  fit: async ({ sequences }) => sessionsModel(sessionIndex(sequences, settings), settings),
})

/** An event of the session: its item counts `weight` when sessions are compared. */
type QueryEvent = { readonly position: number; readonly item: number; readonly weight: number }

/** A similar past session: what each query event gave to its similarity. */
type Neighbour = { readonly session: number; readonly similarity: number }

function sessionsModel(index: SessionIndex, settings: SessionSettings): FittedRecommender {
  const similarityOf = new Float64Array(index.itemStarts.length - 1)
  const roots = index.idf.map(Math.sqrt)
  const base = index.popularity.map((share) => settings.popularityWeight * share)

  const eachTransition = (
    { item, weight }: { readonly item: number; readonly weight: number },
    give: (to: number, value: number) => void,
  ) => {
    const { starts, columns, values } = index.transitions
    for (let at = starts[item] ?? 0; at < (starts[item + 1] ?? 0); at += 1) {
      give(columns[at] ?? 0, weight * (values[at] ?? 0))
    }
  }

  return {
    score: (history, scores) => {
      scores.set(base)
      const events = queryEvents(history, index, settings)
      const neighbours = nearestSessions(events, index, settings, similarityOf)
      const scale = scaleOf(neighbours)
      for (const { session, similarity } of neighbours) {
        const value = ((1 - settings.transitionShare) * similarity) / scale
        for (let at = index.itemStarts[session] ?? 0; at < (index.itemStarts[session + 1] ?? 0); at += 1) {
          const item = index.items[at] ?? 0
          scores[item] = (scores[item] ?? 0) + value * (roots[item] ?? 0)
        }
      }
      for (const event of transitionWeights(history, index, settings)) {
        eachTransition(event, (to, value) => {
          scores[to] = (scores[to] ?? 0) + value
        })
      }
    },
    explain: (history, item) => {
      const events = queryEvents(history, index, settings)
      const neighbours = nearestSessions(events, index, settings, similarityOf)
      const holding = neighbours.filter(({ session }) => holds(index, session, item))
      const factor = ((1 - settings.transitionShare) * (roots[item] ?? 0)) / scaleOf(neighbours)
      const values = new Map<number, number>()
      for (const event of events) {
        let sum = 0
        for (const { session } of holding) sum += similarityFrom(event, index, session, settings)
        values.set(event.position, factor * sum)
      }
      for (const event of transitionWeights(history, index, settings)) {
        eachTransition(event, (to, value) => {
          if (to === item) values.set(event.position, (values.get(event.position) ?? 0) + value)
        })
      }
      return {
        base: base[item] ?? 0,
        contributions: [...values]
          .filter(([, value]) => value !== 0)
          .sort(([a], [b]) => a - b)
          .map(([position, value]) => ({ position, item: history.items[position] ?? 0, value })),
      }
    },
  }
}

/** The last events, each item once at its latest place, weighted by age and by how rare the item is. */
function queryEvents(
  { items }: ShopperHistory,
  { idf }: SessionIndex,
  settings: SessionSettings,
): QueryEvent[] {
  const seen = new Set<number>()
  const events: QueryEvent[] = []
  const oldest = Math.max(0, items.length - settings.events)
  for (let position = items.length - 1; position >= oldest; position -= 1) {
    const item = items[position] ?? 0
    if (seen.has(item)) continue
    seen.add(item)
    const weight = Math.exp(-(items.length - 1 - position) / settings.decay) * (idf[item] ?? 0)
    if (weight > 0) events.push({ position, item, weight })
  }
  return events
}

/**
 * The most similar of the latest sessions that hold an item of the query, ties by number, the later first. The
 * similarity is the cosine of the query's weights and the session's set, less the query's own length.
 */
function nearestSessions(
  events: readonly QueryEvent[],
  index: SessionIndex,
  { recentSessions, neighbours }: SessionSettings,
  similarityOf: Float64Array,
): Neighbour[] {
  const touched: number[] = []
  for (const { item, weight } of events) {
    const end = index.starts[item + 1] ?? 0
    for (let at = Math.max(index.starts[item] ?? 0, end - recentSessions); at < end; at += 1) {
      const session = index.sessions[at] ?? 0
      if (similarityOf[session] === 0) touched.push(session)
      similarityOf[session] = (similarityOf[session] ?? 0) + weight
    }
  }
  const found = touched.map((session) => {
    const similarity = (similarityOf[session] ?? 0) / lengthOf(index, session)
    similarityOf[session] = 0
    return { session, similarity }
  })
  return found.sort((a, b) => b.similarity - a.similarity || b.session - a.session).slice(0, neighbours)
}

const lengthOf = ({ itemStarts }: SessionIndex, session: number): number =>
  Math.sqrt((itemStarts[session + 1] ?? 0) - (itemStarts[session] ?? 0))

/** Scores of neighbours are shares of this, so that they and transitions are on one scale. */
const scaleOf = (neighbours: readonly Neighbour[]): number =>
  neighbours.reduce((sum, { similarity }) => sum + similarity, 0) || 1

function holds({ itemStarts, items }: SessionIndex, session: number, item: number): boolean {
  return items.subarray(itemStarts[session], itemStarts[session + 1]).includes(item)
}

/** What an event gave to the similarity of a session: nothing where the session is not among its item's latest. */
function similarityFrom(
  { item, weight }: QueryEvent,
  index: SessionIndex,
  session: number,
  { recentSessions }: SessionSettings,
): number {
  const end = index.starts[item + 1] ?? 0
  const earliest = index.sessions[Math.max(index.starts[item] ?? 0, end - recentSessions)] ?? 0
  return session >= earliest && holds(index, session, item) ? weight / lengthOf(index, session) : 0
}

/** The last events as far as transitions go: `transitionShare` in all, falling with age, by what follows each item. */
function transitionWeights(
  { items }: ShopperHistory,
  { transitions: { starts, values } }: SessionIndex,
  { decay, events, transitionShare }: SessionSettings,
): QueryEvent[] {
  const recent: QueryEvent[] = []
  let total = 0
  for (let position = Math.max(0, items.length - events); position < items.length; position += 1) {
    const item = items[position] ?? 0
    const age = Math.exp(-(items.length - 1 - position) / decay)
    let following = 0
    for (let at = starts[item] ?? 0; at < (starts[item + 1] ?? 0); at += 1) following += values[at] ?? 0
    if (following === 0) continue
    total += age
    recent.push({ position, item, weight: age / following })
  }
  return recent.map((event) => ({ ...event, weight: (transitionShare * event.weight) / total }))
}
