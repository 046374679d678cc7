import { expect, test } from 'vitest'
import { benchIngest } from './ingest-bench.ts'
import { ingestBodies } from './ingest-events.ts'

test('the ingest benchmark checks the answer, then tells figures and where the time goes', async () => {
  const figures = await benchIngest(
    { events: 3000, shoppers: 500, products: 100, runs: 1, historyEvents: 3000 },
    () => {},
  )
  expect(figures.answer_check).toMatchObject({ events: 6000, mismatches: 0 })
  expect(figures.answer_check.tiles).toBeGreaterThan(1000)
  expect(figures.http_events_per_s).toBeGreaterThan(0)
  expect(figures.floor_events_per_s).toBeGreaterThan(figures.http_events_per_s)
  expect(Object.keys(figures.us_per_event)).toContain('checkpoint')
  expect(figures.bytes_per_event).toBeGreaterThan(300)
  expect(figures.history_check.state).toBe('equal')
  expect(figures.history_events).toBeGreaterThanOrEqual(3000)
  expect(figures.import_events_per_s).toBeGreaterThan(0)
  expect(figures.floor_import_events_per_s).toBeGreaterThan(figures.import_events_per_s)
  expect(figures.backfill_events_per_s).toBeGreaterThan(0)
}, 120_000)

test('its events are the same for the same seed, with the announced duplicates and faults', () => {
  const load = {
    seed: 1,
    events: 2000,
    perBody: 500,
    shoppers: 10,
    products: 5,
    now: 1e12,
    duplicateShare: 0.1,
    faultyShare: 0.1,
  }
  const [first, second] = [ingestBodies(load), ingestBodies(load)]
  expect(first.bodies.map(String)).toEqual(second.bodies.map(String))
  const events = first.bodies.flatMap((body) => JSON.parse(body.toString()) as { colour?: string }[])
  expect(events.length).toBe(2000)
  expect(events.filter(({ colour }) => colour === 'red').length).toBe(first.expected.refused)
  const { accepted, duplicates, refused } = first.expected
  expect(accepted + duplicates + refused).toBe(2000)
  expect(new Set(events.map((event) => JSON.stringify(event))).size).toBe(2000 - duplicates)
})
