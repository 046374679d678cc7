import { describe, expect, test } from 'vitest'
import { catalog } from '../../../catalog/catalog.ts'
import { silentLogger } from '../../../core/logger.ts'
import { memoryLog } from '../../../event-log/memory/memory-log.ts'
import { memoryStateStore } from '../../online/memory-state-store.ts'
import { openOnlineState } from '../../online/online-state.ts'
import { BotMarks, PERSON_EVENTS_A_MINUTE } from './bot-marks.ts'
import { startWriter } from './writer.ts'

const NOW = Date.UTC(2026, 5, 15, 12)

const click = (session_id: string, occurred_at: number, fields: object = {}) => ({
  event_id: `${session_id}.${occurred_at}`,
  event: 'view_item',
  occurred_at,
  session_id,
  payload: { items: [{ item_id: 'mug' }] },
  ...fields,
})

describe('marks of clicks that are not a person’s', () => {
  test('begin with the event over the limit of a minute, and stay with the visit', () => {
    const marks = new BotMarks(3)
    const markAt = (session: string, at: number) => marks.marked(click(session, at))['bot']
    expect([0, 1, 2, 3].map((at) => markAt('fast', at))).toEqual([undefined, undefined, undefined, 'rate'])
    expect(markAt('fast', 600_000)).toBe('rate')
    expect(markAt('other', 4)).toBeUndefined()
    expect([0, 1, 59_999, 60_000, 60_001, 60_002].map((at) => markAt('slow', at))).toEqual(
      Array(6).fill(undefined),
    )
  })

  test('are counted in the newest minute of a visit, before and after the first minute that was seen', () => {
    const marks = new BotMarks(1)
    const markAt = (minute: number) => marks.marked(click('a', minute * 60_000))['bot']
    expect(markAt(-3)).toBeUndefined()
    const other = marks.marked(click('b', -5 * 60_000))
    expect(other['bot']).toBeUndefined()
    expect(marks.marked(click('b', -6 * 60_000))['bot']).toBeUndefined()
    expect([-4, 2, -3, 1_000_000].map(markAt)).toEqual([undefined, undefined, undefined, undefined])
    expect(marks.marked(click('b', -5 * 60_000))['bot']).toBe('rate')
    expect(marks.marked(click('b', 9_000_000 * 60_000))['bot']).toBe('rate')
    expect([1_000_000, 1_000_001].map(markAt)).toEqual(['rate', 'rate'])
  })

  test('are the shop’s own where it says so', () => {
    const marks = new BotMarks(1)
    const declared = { payload: { extra: { bot: '1' } } }
    expect(marks.marked(click('a', 1, declared))).toMatchObject({ bot: 'declared', ...declared })
    expect(marks.marked(click('b', 1, { payload: { extra: { bot: '0' } } }))['bot']).toBeUndefined()
    const known = click('c', 1, { bot: 'declared' })
    marks.marked(known)
    expect(marks.marked(known)).toBe(known)
  })
})

test('marked clicks are logged with their mark, and in no sum', async () => {
  const log = memoryLog(catalog.sources)
  const state = await openOnlineState({ catalog, store: memoryStateStore() })
  const writer = await startWriter({ catalog, log, state, clock: () => NOW, logger: silentLogger })
  const many = Array.from({ length: PERSON_EVENTS_A_MINUTE + 5 }, (_, index) => click('fast', NOW + index))
  const told = click('told', NOW, { payload: { items: [{ item_id: 'mug' }], extra: { bot: '1' } } })
  const body = Buffer.from(JSON.stringify([...many, told, click('ann', NOW)]))
  expect(await writer.ingest(body, 'json')).toMatchObject({ accepted: PERSON_EVENTS_A_MINUTE + 7 })
  const marks: unknown[] = []
  for await (const records of log.read(0)) marks.push(...records.map(({ value }) => value['bot']))
  expect(marks.filter((mark) => mark !== undefined)).toEqual([...Array(5).fill('rate'), 'declared'])
  expect(state.tiles('product_activity', ['mug']).map(({ values }) => values[0])).toEqual([
    PERSON_EVENTS_A_MINUTE + 1,
  ])
  expect(state.ownerTiles('shopper_recent', 's:told')).toEqual([])
})
