import { afterEach, describe, expect, test } from 'vitest'
import type { LoggedRecord } from '../../algebra/source.ts'
import { catalog } from '../../catalog/catalog.ts'
import { hash64 } from '../../core/hash.ts'
import { type BodyFormat, parseBody } from './body-format.ts'
import {
  DUPLICATE,
  type EventLog,
  type LogEntry,
  OWN_INSTANT,
  REFUSED,
  type RefusedEvent,
} from './event-log.ts'

export type EventLogFixture = {
  /** Opens the log: empty at first; again after `close` with what it held, if `outlivesClose`. */
  readonly open: () => Promise<EventLog>
  readonly outlivesClose: boolean
  readonly dispose: () => Promise<void>
}

const CLICKS = catalog.sources.findIndex((source) => source.name === 'clickstream')

type Verdict = 'new' | 'duplicate' | 'refused'
type Options = { readonly format?: BodyFormat; readonly loggedAt?: number }

/** An entry of clicks; `verdicts` says what became of each. */
export function clickEntry(body: string, verdicts: readonly Verdict[], options: Options = {}): LogEntry {
  const { format = 'json', loggedAt = 1000 } = options
  const bytes = Buffer.from(body)
  const events = parseBody(bytes, format)
  const statuses = { new: CLICKS, duplicate: DUPLICATE, refused: REFUSED }
  const refused: RefusedEvent[] = verdicts.flatMap((verdict, index) =>
    verdict === 'refused' ? [{ index, topic: 'clickstream', reason: 'bad_id', field: 'session_id' }] : [],
  )
  const ids = events.filter((_, index) => verdicts[index] === 'new').map((event) => JSON.stringify(event))
  return {
    body: bytes,
    format,
    arrivedAt: loggedAt,
    loggedAt,
    newestLoggedAt: loggedAt === OWN_INSTANT ? 500 : loggedAt,
    statuses: Uint8Array.from(verdicts, (verdict) => statuses[verdict]),
    idHashes: BigUint64Array.from(ids, (id) => hash64(id)),
    refused,
  }
}

const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}
const recordsFrom = async (log: EventLog, from: number): Promise<LoggedRecord[]> =>
  (await collect(log.read(from))).flat()
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString()

/** What every embedded log promises. */
export function describeEventLog(name: string, makeFixture: () => Promise<EventLogFixture>): void {
  describe(`${name} as an event log`, () => {
    let fixture: EventLogFixture | undefined
    const opened: EventLog[] = []
    const open = async (): Promise<EventLog> => {
      fixture ??= await makeFixture()
      const log = await fixture.open()
      opened.push(log)
      return log
    }
    afterEach(async () => {
      for (const log of opened.splice(0)) await log.close()
      await fixture?.dispose()
      fixture = undefined
    })

    test('a body settles the dead letters that it names; they keep their place and bytes', async () => {
      const log = await open()
      await log.append(clickEntry('[{"id":1},{"id":2}]', ['refused', 'refused'], { loggedAt: 1000 }))
      await log.append({ ...clickEntry('[{"id":2}]', ['new'], { loggedAt: 1500 }), settles: [1, 7] })
      const letters = await collect(log.deadLetters())
      expect(letters.map(({ sequence, settledAt, bytes }) => [sequence, settledAt, text(bytes)])).toEqual([
        [0, null, '{"id":1}'],
        [1, 1500, '{"id":2}'],
      ])
      await log.append({ ...clickEntry('[{"id":2}]', ['duplicate'], { loggedAt: 1600 }), settles: [0] })
      expect([log.position, log.deadLetterCount]).toEqual([1, 2])
      expect((await collect(log.deadLetters())).map(({ settledAt }) => settledAt)).toEqual([1600, 1500])
    })

    test('knows the greatest log time of its records', async () => {
      const log = await open()
      expect(log.newestLoggedAt()).toBe(0)
      await log.append(clickEntry('[{"id":1}]', ['new'], { loggedAt: 2000 }))
      await log.append(clickEntry('[{"id":2}]', ['new'], { loggedAt: 1500 }))
      await log.append(clickEntry('[{"id":3}]', ['refused'], { loggedAt: 9000 }))
      expect(log.newestLoggedAt()).toBe(2000)
    })

    test('an empty log has position 0 and nothing in it', async () => {
      const log = await open()
      expect([log.position, log.deadLetterCount]).toEqual([0, 0])
      expect(await recordsFrom(log, 0)).toEqual([])
      expect(await collect(log.deadLetters())).toEqual([])
    })

    test('gives each new event the next offset and reads back only those, from any offset', async () => {
      const log = await open()
      await log.append(
        clickEntry('[{"n":0},{"n":1},{"n":2},{"n":3}]', ['new', 'duplicate', 'refused', 'new']),
      )
      await log.append(clickEntry('[{"n":4}]', ['duplicate']))
      await log.append(
        clickEntry('{"n":5}\n\n{"n":6}\n', ['new', 'new'], { format: 'ndjson', loggedAt: 2000 }),
      )
      expect(log.position).toBe(4)
      const record = (offset: number, loggedAt: number, n: number) => ({
        topic: 'clickstream',
        partition: 0,
        offset,
        loggedAt,
        value: { n },
      })
      const all = [record(0, 1000, 0), record(1, 1000, 3), record(2, 2000, 5), record(3, 2000, 6)]
      for (const from of [0, 1, 2, 3, 4, 9]) expect(await recordsFrom(log, from)).toEqual(all.slice(from))
    })

    test('takes a topic named beside the fields off the record', async () => {
      const log = await open()
      await log.append(clickEntry('{"topic":"clickstream","n":1}', ['new']))
      expect((await recordsFrom(log, 0)).map(({ value }) => value)).toEqual([{ n: 1 }])
    })

    test('history was logged at its own instant', async () => {
      const log = await open()
      await log.append(clickEntry('[{"occurred_at":500}]', ['new'], { loggedAt: OWN_INSTANT }))
      expect((await recordsFrom(log, 0)).map(({ loggedAt }) => loggedAt)).toEqual([500])
    })

    test('keeps dead letters with reason, place and the very bytes that were sent', async () => {
      const log = await open()
      await log.append(clickEntry('[ {"n":1.0} ,{"s":"],\\" ü","n":[1,{"a":2}]}]', ['refused', 'refused']))
      await log.append(clickEntry('{"events":[{"n":1},{"n": 2}]}', ['new', 'refused'], { loggedAt: 7 }))
      await log.append(clickEntry('{"n":1}\n  {"n":  3}\r\n', ['new', 'refused'], { format: 'ndjson' }))
      await log.append(clickEntry('{"payload":[1]}', ['refused']))
      const letters = await collect(log.deadLetters())
      expect(
        letters.map((letter) => [letter.sequence, letter.index, letter.arrivedAt, text(letter.bytes)]),
      ).toEqual([
        [0, 0, 1000, '{"n":1.0}'],
        [1, 1, 1000, '{"s":"],\\" ü","n":[1,{"a":2}]}'],
        [2, 1, 7, '{"n": 2}'],
        [3, 1, 1000, '{"n":  3}'],
        [4, 0, 1000, '{"payload":[1]}'],
      ])
      expect(letters[0]).toMatchObject({ topic: 'clickstream', reason: 'bad_id', field: 'session_id' })
      expect(log.deadLetterCount).toBe(5)
      expect((await collect(log.deadLetters(4))).map(({ sequence }) => sequence)).toEqual([4])
    })

    test('gives the id hashes of what was logged since an instant', async () => {
      const log = await open()
      const [old, young] = [
        clickEntry('[{"n":1}]', ['new']),
        clickEntry('[{"n":2}]', ['new'], { loggedAt: 3000 }),
      ]
      await log.append(old)
      await log.append(young)
      const hashesSince = async (since: number) =>
        (await collect(log.idHashes(since))).flatMap((hashes) => [...hashes])
      expect(await hashesSince(0)).toEqual([...old.idHashes, ...young.idHashes])
      expect(await hashesSince(1001)).toEqual([...young.idHashes])
    })

    test('appends that were not waited for keep their order', async () => {
      const log = await open()
      const bodies = Array.from({ length: 50 }, (_, n) => clickEntry(`[{"n":${n}}]`, ['new']))
      await Promise.all(bodies.map((entry) => log.append(entry)))
      expect((await recordsFrom(log, 0)).map(({ value }) => value['n'])).toEqual(bodies.map((_, n) => n))
    })

    test('what was appended is there after it is opened again, if it outlives its closing', async () => {
      const log = await open()
      await log.append(clickEntry('[{"n":0},{"n":1}]', ['new', 'refused']))
      await log.close()
      opened.length = 0
      const again = await open()
      const kept = fixture?.outlivesClose === true ? 1 : 0
      expect([again.position, again.deadLetterCount]).toEqual([kept, kept])
      await again.append(clickEntry('[{"n":2}]', ['new']))
      expect((await recordsFrom(again, 0)).map(({ value }) => value['n'])).toEqual(kept === 1 ? [0, 2] : [2])
    })
  })
}
