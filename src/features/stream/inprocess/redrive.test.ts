import { describe, expect, test } from 'vitest'
import { catalog } from '../../../catalog/catalog.ts'
import { DAY_MS } from '../../../core/duration.ts'
import { silentLogger } from '../../../core/logger.ts'
import { allWantedDeadLetters, deadLetterOnWire } from '../../../event-log/contract/dead-letters.ts'
import { memoryLog } from '../../../event-log/memory/memory-log.ts'
import { memoryStateStore } from '../../online/memory-state-store.ts'
import { openOnlineState } from '../../online/online-state.ts'
import { startWriter } from './writer.ts'

const NOW = Date.UTC(2026, 5, 15, 12)

const click = (id: string, at: number, fields: object = {}) => ({
  event_id: id,
  event: 'view_item',
  occurred_at: at,
  session_id: 's1',
  payload: { items: [{ item_id: 'mug' }] },
  ...fields,
})
const json = (...events: readonly object[]) => Buffer.from(JSON.stringify(events))

async function openShop(clock: { now: number }, log = memoryLog(catalog.sources)) {
  const state = await openOnlineState({ catalog, store: memoryStateStore() })
  const writer = await startWriter({ catalog, log, state, clock: () => clock.now, logger: silentLogger })
  return { log, state, writer }
}

describe('dead letters tried again', () => {
  test('what a wrong clock refused is taken in as history, once; it is settled and keeps its bytes', async () => {
    const clock = { now: NOW + 30 * DAY_MS }
    const { log, state, writer } = await openShop(clock)
    await writer.ingest(json(click('a', NOW), click('b', NOW, { session_id: 'no good' })), 'json')
    clock.now = NOW + 1000
    const open = () => allWantedDeadLetters(log, {})
    expect((await open()).map(({ reason }) => reason)).toEqual(['too_late', 'bad_id'])
    // Judged at the instant of arrival, which the wrong clock gave, it is as late as it was.
    expect(await writer.redrive(await open())).toEqual([
      { sequence: 0, outcome: 'refused', reason: 'too_late', field: 'occurred_at' },
      { sequence: 1, outcome: 'refused', reason: 'bad_id', field: 'session_id' },
    ])
    expect([log.position, log.deadLetterCount]).toEqual([0, 2])
    expect(await writer.redrive(await open(), { asHistory: true })).toEqual([
      { sequence: 0, outcome: 'accepted' },
      { sequence: 1, outcome: 'refused', reason: 'bad_id', field: 'session_id' },
    ])
    expect(state.tiles('product_activity', ['mug']).map(({ values }) => values[0])).toEqual([1])
    expect((await open()).map(({ sequence }) => sequence)).toEqual([1])
    const [settled] = await allWantedDeadLetters(log, { withSettled: true, limit: 1 })
    expect(settled && deadLetterOnWire(settled)).toEqual({
      sequence: 0,
      arrived_at: NOW + 30 * DAY_MS,
      index: 0,
      topic: 'clickstream',
      reason: 'too_late',
      field: 'occurred_at',
      settled_at: NOW + 1000,
      event: JSON.stringify(click('a', NOW)),
    })
    // Sent again by whoever saw it refused: it is known now.
    expect(await writer.ingest(json(click('a', NOW)), 'json')).toMatchObject({ accepted: 0, duplicates: 1 })
    await writer.close()
  })

  test('what came in the meantime is known, and settled too; what is no JSON stays', async () => {
    const clock = { now: NOW - DAY_MS }
    const { log, writer } = await openShop(clock)
    await writer.ingest(Buffer.from(`${JSON.stringify(click('a', NOW))}\n{oops\n`), 'ndjson')
    clock.now = NOW
    await writer.ingest(json(click('a', NOW)), 'json')
    expect(await writer.redrive(await allWantedDeadLetters(log, {}), { asHistory: true })).toEqual([
      { sequence: 0, outcome: 'duplicate' },
      { sequence: 1, outcome: 'refused', reason: 'bad_json', field: null },
    ])
    expect((await allWantedDeadLetters(log, {})).map(({ sequence }) => sequence)).toEqual([1])
    await writer.close()
  })

  test('letters are chosen by topic, reason, place and number', async () => {
    const clock = { now: NOW }
    const { log, writer } = await openShop(clock)
    const bad = (id: string) => click(id, NOW, { session_id: 'no good' })
    await writer.ingest(json(bad('a'), { topic: 'nothing' }, bad('b'), bad('c')), 'json')
    const chosen = async (filter: object) =>
      (await allWantedDeadLetters(log, filter)).map(({ sequence }) => sequence)
    expect(await chosen({ reason: 'unknown_topic' })).toEqual([1])
    expect(await chosen({ topic: 'clickstream', from: 1 })).toEqual([2, 3])
    expect(await chosen({ topic: 'clickstream', limit: 2 })).toEqual([0, 2])
    await writer.close()
  })
})
