import { describe, expect, test } from 'vitest'
import { uuidv7 } from '../../core/ids.ts'
import { type DecisionRecord, RECORD_FORMAT } from './decision-record.ts'
import type { DecisionStore } from './decision-store.ts'

export const recordAt = (decidedAt: number, fields: Partial<DecisionRecord> = {}): DecisionRecord => ({
  format: RECORD_FORMAT,
  decisionId: uuidv7(decidedAt),
  decidedAt,
  asOf: decidedAt,
  logPosition: 7,
  personalised: true,
  request: { page: 'home', cart: [], exclude: [], limit: 2, customerId: 'ann', sessionId: 's-1' },
  model: null,
  ranker: 'weighted-sum-0',
  settings: { limit: 2, diversity: 0, exploration: 0, seed: 1 },
  columns: ['repurchase', 'popular'],
  candidates: [
    { sku: 'mug', category: 'Home', brand: null, score: 1, rankScore: 1, isExplored: false },
    { sku: 'jug', category: 'Home', brand: 'Acme', score: 0.5, rankScore: 0.5, isExplored: false },
  ],
  values: Float32Array.of(0.1, 0.9, 0.3, 1 / 3),
  shown: [
    { sku: 'mug', score: 1, propensity: 1, by: 'score', priceCents: 100, paidCents: 90 },
    { sku: 'jug', score: 0.5, propensity: 1, by: 'score', priceCents: 100, paidCents: 100 },
  ],
  ...fields,
})

/** What every store of decisions promises. `open` opens the same one again; its retention is a day. */
export function decisionStoreContract(name: string, open: () => Promise<DecisionStore>): void {
  const NOW = 1_764_000_000_000
  const DAY = 86_400_000

  describe(`${name} keeps the contract of a decision store`, () => {
    test('gives a record back at once, after a flush and after it was opened again, bit for bit', async () => {
      const record = recordAt(NOW)
      let store = await open()
      expect(store.get(record.decisionId)).toBeNull()
      store.put(record)
      expect(store.get(record.decisionId)).toEqual(record)
      await store.flush()
      expect(store.get(record.decisionId)).toEqual(record)
      expect(store.counts()).toEqual({ taken: 1, written: 1, lost: 0 })
      await store.close()
      store = await open()
      expect(store.get(record.decisionId)).toEqual(record)
      await store.close()
    })

    test('writes what is waiting when it is closed', async () => {
      const record = recordAt(NOW + 1)
      const store = await open()
      store.put(record)
      await store.close()
      const again = await open()
      expect(again.get(record.decisionId)).toEqual(record)
      await again.close()
    })

    test('forgets what is older than its retention', async () => {
      const [old, kept] = [recordAt(NOW - 3 * DAY), recordAt(NOW + DAY / 2)]
      const store = await open()
      store.put(old)
      store.put(kept)
      await store.flush()
      expect(store.get(old.decisionId)).toBeNull()
      expect([...store.all()].map(({ decisionId }) => decisionId)).toContain(kept.decisionId)
      expect([...store.all()].map(({ decisionId }) => decisionId)).not.toContain(old.decisionId)
      expect(store.get(kept.decisionId)).toEqual(kept)
      await store.close()
    })

    test('takes more than it has room for without failing, and counts what it lost', async () => {
      const store = await open()
      const before = store.counts()
      for (let index = 0; index < 20_000; index += 1) store.put(recordAt(NOW + index))
      await store.flush()
      const { taken, written, lost } = store.counts()
      expect(taken - before.taken).toBe(20_000)
      expect(written + lost).toBe(taken)
      expect(lost).toBeGreaterThan(0)
      await store.close()
    })
  })
}
