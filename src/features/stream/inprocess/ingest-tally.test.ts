import { expect, test } from 'vitest'
import { catalog } from '../../../catalog/catalog.ts'
import { DUPLICATE, REFUSED } from '../../../event-log/contract/event-log.ts'
import { IngestTally } from './ingest-tally.ts'

test('counts by topic of the catalog, and repeats no topic that a caller made up', () => {
  const tally = new IngestTally(catalog)
  const number = catalog.sources.findIndex(({ name }) => name === 'orders')
  const sound = { topicNumber: number, value: {} }
  const made = { topic: 'ann@example.com', reason: 'unknown_topic', field: null }
  const late = { topic: 'orders', reason: 'too_late', field: 'ordered_at' }
  tally.add([sound, sound, made, late, late], {
    statuses: Uint8Array.from([number, DUPLICATE, REFUSED, REFUSED, REFUSED]),
    refused: [
      { index: 2, ...made },
      { index: 3, ...late },
      { index: 4, ...late },
    ],
  })
  expect(tally.counts().filter(({ count }) => count > 0)).toEqual([
    { outcome: 'accepted', topic: 'orders', count: 1 },
    { outcome: 'duplicate', topic: 'orders', count: 1 },
    { outcome: 'refused', topic: 'none', reason: 'unknown_topic', count: 1 },
    { outcome: 'refused', topic: 'orders', reason: 'too_late', count: 2 },
  ])
})
