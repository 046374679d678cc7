import { createRecordsBatch, Reader, readRecordsBatch } from '@platformatic/kafka'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { kafkaBatches } from './kafka-batches.ts'
import type { KafkaRecord } from './kafka-types.ts'

const record = (partition: number, timestampMs: number, value: string | null = 'v'): KafkaRecord => ({
  topic: 't',
  partition,
  key: 'k',
  value,
  timestampMs,
})

const DAY = 86_400_000

/** The record times of one batch after the client's own way to the wire and back. */
function timesOnTheWire(timesMs: readonly number[]): number[] {
  const messages = timesMs.map((timestampMs) => ({
    topic: 't',
    partition: 0,
    value: Buffer.from('v'),
    timestamp: BigInt(timestampMs),
  }))
  const batch = readRecordsBatch(Reader.from(createRecordsBatch(messages, { producerId: 1n }).buffer))
  return batch.records.map(({ timestampDelta }) => Number(batch.firstTimestamp + timestampDelta))
}

describe('batches for the broker', () => {
  test('hold at most 5,000 records and keep the order', () => {
    const records = Array.from({ length: 12_000 }, (_, index) => record(index % 3, index))
    const batches = [...kafkaBatches(records)]
    expect(batches.map(({ length }) => length)).toEqual([5_000, 5_000, 2_000])
    expect(batches.flat()).toEqual(records)
  })

  test('hold at most 700,000 bytes, or a single record that is larger', () => {
    const text = 'x'.repeat(300_000)
    const batches = [...kafkaBatches([record(0, 1, text), record(0, 1, text), record(0, 1, text)])]
    expect(batches.map(({ length }) => length)).toEqual([2, 1])
    expect([...kafkaBatches([record(0, 1, 'x'.repeat(900_000))])]).toHaveLength(1)
  })

  test('are cut where the time of one partition lies 24.8 days or more from its first record', () => {
    const sizes = (...records: KafkaRecord[]) => [...kafkaBatches(records)].map(({ length }) => length)
    expect(sizes(record(0, 0), record(0, 24 * DAY), record(0, 25 * DAY), record(0, 30 * DAY))).toEqual([2, 2])
    expect(sizes(record(0, 40 * DAY), record(0, 0))).toEqual([1, 1])
    expect(sizes(record(0, 0), record(1, 40 * DAY), record(0, 20 * DAY))).toEqual([3])
  })

  test('of nothing are none', () => {
    expect([...kafkaBatches([])]).toEqual([])
  })

  test('carry every time exactly through the client', () => {
    const times = fc.array(fc.integer({ min: 0, max: 2 ** 41 }), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(times, (timesMs) => {
        const batches = [...kafkaBatches(timesMs.map((timestampMs) => record(0, timestampMs)))]
        const seen = batches.flatMap((batch) => timesOnTheWire(batch.map(({ timestampMs }) => timestampMs)))
        expect(seen).toEqual(timesMs)
      }),
    )
  })

  test('are needed: the client alone bends wide distances (when this fails, the cut by time can go)', () => {
    expect(timesOnTheWire([0, 2 ** 31 - 1])).toEqual([0, 2 ** 31 - 1])
    expect(timesOnTheWire([0, 2 ** 31])).not.toEqual([0, 2 ** 31])
    expect(timesOnTheWire([1_700_000_000_000, 1_600_000_000_000])).toEqual([
      1_700_000_000_000, 1_600_000_000_023,
    ])
  })
})
