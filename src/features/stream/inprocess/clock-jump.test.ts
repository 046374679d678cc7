import { describe, expect, test } from 'vitest'
import { catalog } from '../../../catalog/catalog.ts'
import { DAY_MS, MINUTE_MS } from '../../../core/duration.ts'
import { silentLogger } from '../../../core/logger.ts'
import type { EventLog } from '../../../event-log/contract/event-log.ts'
import { memoryLog } from '../../../event-log/memory/memory-log.ts'
import { memoryStateStore } from '../../online/memory-state-store.ts'
import { openOnlineState } from '../../online/online-state.ts'
import { startWriter } from './writer.ts'

const NOW = Date.UTC(2026, 5, 15, 12)

/** A shop whose clock can be set. */
async function openShop(log: EventLog = memoryLog(catalog.sources), store = memoryStateStore()) {
  const clock = { now: NOW }
  const open = async () => {
    const state = await openOnlineState({ catalog, store })
    const writer = await startWriter({ catalog, log, state, clock: () => clock.now, logger: silentLogger })
    return { state, writer }
  }
  return { clock, log, open }
}

const click = (id: number, at: number) => ({
  event_id: `e${id}`,
  event: 'view_item',
  occurred_at: at,
  session_id: 's1',
  payload: { items: [{ item_id: 'mug' }] },
})
const json = (...events: readonly object[]) => Buffer.from(JSON.stringify(events))

describe('a clock that jumps', () => {
  test('ahead for a while, over a restart too, forgets no id: what came before does not count twice', async () => {
    const { clock, open } = await openShop()
    const first = await open()
    await first.writer.ingest(json(click(1, NOW)), 'json')
    clock.now = NOW + 30 * DAY_MS
    // True to their own time, which the clock takes for long ago: kept as dead letters, to be driven in again.
    expect(await first.writer.ingest(json(click(2, NOW + 1)), 'json')).toMatchObject({
      results: [{ index: 0, status: 'refused', reason: 'too_late' }],
    })
    await first.writer.close()
    const meanwhile = await open()
    await meanwhile.writer.close()
    clock.now = NOW + MINUTE_MS
    const { writer, state } = await open()
    expect(await writer.ingest(json(click(1, NOW), click(2, NOW + 1)), 'json')).toMatchObject({
      accepted: 1,
      duplicates: 1,
    })
    expect(state.newestAt()).toBe(NOW + 1)
    await writer.close()
  })

  test('back refuses what it takes for the future, and does not turn back what is known', async () => {
    const { clock, log, open } = await openShop()
    const { writer, state } = await open()
    await writer.ingest(json(click(1, NOW)), 'json')
    clock.now = NOW - DAY_MS
    expect(await writer.ingest(json(click(1, NOW), click(2, NOW + 1)), 'json')).toMatchObject({
      accepted: 0,
      refused: 2,
    })
    expect([state.newestAt(), log.position, log.deadLetterCount]).toEqual([NOW, 1, 2])
    clock.now = NOW
    expect(await writer.ingest(json(click(1, NOW), click(2, NOW + 1)), 'json')).toMatchObject({
      accepted: 1,
      duplicates: 1,
    })
    await writer.close()
  })

  test('an event far ahead moves nothing, by itself or in history; five minutes ahead it counts', async () => {
    const { open } = await openShop()
    const { writer, state } = await open()
    const [soon, later] = [NOW + 5 * MINUTE_MS, NOW + 5 * MINUTE_MS + 1]
    expect(await writer.ingest(json(click(1, later), click(2, soon)), 'json')).toMatchObject({
      accepted: 1,
      results: [{ index: 0, status: 'refused', reason: 'from_future', field: 'occurred_at' }],
    })
    expect(state.newestAt()).toBe(soon)
    const history = [click(3, NOW + 500 * DAY_MS), click(4, later), click(5, NOW - 500 * DAY_MS)]
    expect(
      await writer.appendHistory(history.map((value) => ({ topic: 'clickstream', value }))),
    ).toMatchObject({
      accepted: 1,
      results: [
        { index: 0, status: 'refused', reason: 'from_future', field: 'occurred_at' },
        { index: 1, status: 'refused', reason: 'from_future', field: 'occurred_at' },
      ],
    })
    expect(state.newestAt()).toBe(soon)
    // 500 days old: counted, and older than what the state keeps.
    expect(state.tiles('product_activity', ['mug']).map(({ values }) => values[0])).toEqual([1])
    await writer.close()
  })
})
