import { BAD_JSON } from '../../../event-log/contract/body-format.ts'
import { type DeadLetter, OWN_INSTANT } from '../../../event-log/contract/event-log.ts'
import { splitTopic } from '../../../event-log/contract/split-topic.ts'
import { type EventJudge, isSound, type Sound } from './event-judge.ts'
import type { EventResult, Judged } from './selection.ts'

export type RedriveOptions = {
  /**
   * Judge each event at its own instant, as an import of history does: for what was refused as late because a clock
   * was wrong. Absent: at the instant at which it arrived.
   */
  readonly asHistory?: boolean
}

/** What became of a dead letter. A refused one stays open as it was. */
export type Redriven =
  | { readonly sequence: number; readonly outcome: 'accepted' | 'duplicate' }
  | {
      readonly sequence: number
      readonly outcome: 'refused'
      readonly reason: string
      readonly field: string | null
    }

export type RedriveTools = {
  readonly judge: EventJudge
  /** Epoch ms. */
  readonly now: number
  /** Deduplicates, appends and applies; gives those that did not count, by index. */
  readonly write: (judged: Judged, events: readonly unknown[]) => Promise<readonly EventResult[]>
}

type Tried = { readonly letter: DeadLetter; readonly judgement: Sound }

/** Judges dead letters again and takes in those that are sound now, a body for each instant of arrival. */
export async function redrive(
  letters: readonly DeadLetter[],
  { asHistory = false }: RedriveOptions,
  { judge, now, write }: RedriveTools,
): Promise<readonly Redriven[]> {
  const outcomes: Redriven[] = []
  const sound: Tried[] = []
  for (const letter of letters) {
    const judgement = judged(letter, asHistory ? null : letter.arrivedAt, judge, now)
    if (isSound(judgement)) sound.push({ letter, judgement })
    else {
      const { reason, field } = judgement
      outcomes.push({ sequence: letter.sequence, outcome: 'refused', reason, field })
    }
  }
  const bodies = Map.groupBy(sound, ({ letter }) => (asHistory ? OWN_INSTANT : letter.arrivedAt))
  for (const [loggedAt, tried] of bodies) {
    const events = tried.map(({ judgement }) => judgement.value)
    const body: Judged = {
      body: Buffer.from(events.map((event) => JSON.stringify(event)).join('\n')),
      format: 'ndjson',
      arrivedAt: now,
      loggedAt,
      judgements: tried.map(({ judgement }) => judgement),
      settles: tried.map(({ letter }) => letter.sequence),
    }
    outcomes.push(...told(tried, await write(body, events)))
  }
  return outcomes.toSorted((a, b) => a.sequence - b.sequence)
}

/** @param loggedAt epoch ms; null: its own instant */
function judged(letter: DeadLetter, loggedAt: number | null, judge: EventJudge, now: number) {
  const event = parsed(letter.bytes)
  const split = event === BAD_JSON ? null : splitTopic(event)
  // What came by an import has its topic beside it.
  const topic = split?.topic ?? letter.topic
  if (split === null || topic === null) return judge.judge(event, loggedAt)
  return loggedAt === null
    ? judge.judgeHistory(topic, split.value, now)
    : judge.judgeRecord(topic, split.value, loggedAt)
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch {
    return BAD_JSON
  }
}

function told(tried: readonly Tried[], results: readonly EventResult[]): readonly Redriven[] {
  const byIndex = new Map(results.map((result) => [result.index, result]))
  return tried.map(({ letter: { sequence } }, index): Redriven => {
    const result = byIndex.get(index)
    if (result === undefined) return { sequence, outcome: 'accepted' }
    if (result.status === 'duplicate') return { sequence, outcome: 'duplicate' }
    return { sequence, outcome: 'refused', reason: result.reason, field: result.field }
  })
}
