import { hasRepeats, type Sequences, type Stretch, shopperCount, stretchesOf } from '../sequences.ts'
import { askedAtTargets, type HeldOut, type Interactions, type Split } from './split.ts'

/** Without a clickstream, a pause as long as this ends a session. */
const PAUSE_MS = 30 * 60_000
/** Every so many sessions one is asked about. */
const ONE_IN = 10
/** Steps of a session that a question shows at most. */
const LONGEST_QUESTION = 50

/**
 * Next click: of the sessions that are asked about, the next item is to be told at each step but the first. Sessions
 * are those of the clickstream; else each shopper's history, cut at pauses of half an hour where instants are known.
 * Where time is known the latest tenth of the sessions is `test` and the tenth before `validation`, and models learn
 * from what began before them; else every tenth session by number. What a session already holds may come again if
 * that happens anywhere in the data.
 */
export function nextClick(interactions: Interactions, heldOut: HeldOut): Split {
  const sessions = inOrderOfTime(interactions.sessions ?? sessionsOf(interactions.sequences))
  const count = shopperCount(sessions)
  const place = heldOut === 'test' ? 1 : 2
  const isTimed = Boolean(sessions.lines?.atMs)
  const tenth = Math.ceil(count / ONE_IN)
  const isAsked = (session: number) =>
    isTimed
      ? session >= count - place * tenth && session < count - (place - 1) * tenth
      : session % ONE_IN === ONE_IN - place
  const isLearnt = (session: number) =>
    isTimed
      ? session < count - place * tenth
      : session % ONE_IN < ONE_IN - 2 || (heldOut === 'test' && session % ONE_IN === ONE_IN - 2)
  const learnt: Stretch[] = []
  const asked: Stretch[] = []
  const targets: ReadonlySet<number>[] = []
  for (let session = 0; session < count; session += 1) {
    const [first, end] = [sessions.starts[session] ?? 0, sessions.starts[session + 1] ?? 0]
    if (isLearnt(session)) learnt.push({ shopper: session, from: 0, to: end - first })
    if (!isAsked(session)) continue
    for (let to = 1; to < end - first; to += 1) {
      asked.push({ shopper: session, from: Math.max(0, to - LONGEST_QUESTION), to })
      targets.push(new Set([sessions.items[first + to] ?? 0]))
    }
  }
  return {
    training: { sequences: stretchesOf(sessions, learnt), content: interactions.content, asOfDay: null },
    queries: askedAtTargets(sessions, asked),
    targets,
    recallRule: 'all-targets',
    masksSeen: !hasRepeats(sessions),
  }
}

/** Histories cut at pauses; whole where no instants are known. */
function sessionsOf(sequences: Sequences): Sequences {
  const atMs = sequences.lines?.atMs
  if (!atMs) return sequences
  const stretches: Stretch[] = []
  for (let shopper = 0; shopper < shopperCount(sequences); shopper += 1) {
    const [first, end] = [sequences.starts[shopper] ?? 0, sequences.starts[shopper + 1] ?? 0]
    let from = first
    for (let place = first + 1; place <= end; place += 1) {
      if (place < end && (atMs[place] ?? 0) - (atMs[place - 1] ?? 0) <= PAUSE_MS) continue
      stretches.push({ shopper, from: from - first, to: place - first })
      from = place
    }
  }
  return stretchesOf(sequences, stretches)
}

/** By the instant of the first entry, ties as they were; as they are where no instants are known. */
function inOrderOfTime(sessions: Sequences): Sequences {
  const atMs = sessions.lines?.atMs
  if (!atMs) return sessions
  const beganAt = (session: number) => atMs[sessions.starts[session] ?? 0] ?? 0
  const order = Array.from({ length: shopperCount(sessions) }, (_, session) => session)
    .filter((session) => (sessions.starts[session + 1] ?? 0) > (sessions.starts[session] ?? 0))
    .sort((a, b) => beganAt(a) - beganAt(b) || a - b)
  return stretchesOf(
    sessions,
    order.map((session) => ({
      shopper: session,
      from: 0,
      to: (sessions.starts[session + 1] ?? 0) - (sessions.starts[session] ?? 0),
    })),
  )
}
