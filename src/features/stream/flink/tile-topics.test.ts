import { expect, test } from 'vitest'
import { catalog } from '../../../catalog/catalog.ts'
import { productActivity } from '../../../catalog/views/product-activity.ts'
import { shopperRecent } from '../../../catalog/views/shopper-recent.ts'
import { planView } from '../../../compile/plan.ts'
import { type KeyedMessage, tileMessage, tilesOfTopic, upsertedRows } from './tile-topics.ts'

const activity = planView(productActivity, catalog.horizon)
const recent = planView(shopperRecent, catalog.horizon)

const counts = { carts: 0, wishes: 0, purchases: 0, returns: 0, units: 0, revenue_cents: 0 }

async function* topicOf(messages: readonly { topic: string; key: string; value: string | null }[]) {
  for (const { topic, key, value } of messages) {
    const message: KeyedMessage = {
      topic,
      key: Buffer.from(key),
      value: value === null ? null : Buffer.from(value),
    }
    yield message
  }
}

test('of each key the last value counts, a tombstone takes it away, and parts add up', async () => {
  const row = (sku: string, views: number) => ({ sku, tile_start: 0, views, ...counts })
  const first = tileMessage(activity, row('mug', 1), 'batch')
  const messages = [
    first,
    tileMessage(activity, row('mug', 2), 'batch'),
    tileMessage(activity, row('mug', 5), 'g1'),
    tileMessage(activity, row('jug', 3), 'g1'),
    { ...tileMessage(activity, row('jug', 3), 'g1'), value: null },
  ]
  expect(first.key).toBe('{"sku":"mug","tile_start":0,"part":"batch"}')
  const rows = (await upsertedRows(topicOf(messages))).get(activity.tileName) ?? new Map()
  expect(tilesOfTopic(activity, rows)).toEqual([
    { key: ['mug'], tileStart: 0, values: [7, 0, 0, 0, 0, 0, 0] },
  ])
})

test('entries of all parts are put in their order, and cut, by whoever reads them', async () => {
  const entry = (word: string, at: number, offset: number) => ({
    shopper: 'c:ann',
    tile_start: 0,
    topic_number: 0,
    log_partition: 0,
    log_offset: offset,
    item_index: 0,
    entry_word: word,
    entry_at: at,
  })
  const rows = Array.from({ length: 60 }, (_, index) => entry(`sku-${index}`, index, index))
  const messages = [
    ...rows.slice(0, 30).map((row) => tileMessage(recent, row, 'batch')),
    ...rows.slice(30).map((row) => tileMessage(recent, row, 'g1')),
  ]
  const read = (await upsertedRows(topicOf(messages))).get(recent.tileName) ?? new Map()
  const [tile] = tilesOfTopic(recent, read)
  const [entries] = tile?.values ?? []
  expect(entries).toHaveLength(50)
  expect(entries).toEqual(
    rows
      .toReversed()
      .slice(0, 50)
      .map(({ entry_word: word, entry_at: at }) => ({ word, at })),
  )
})
