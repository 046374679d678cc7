import { describe, expect, test } from 'vitest'
import { catalog } from '../../../catalog/catalog.ts'
import { EventJudge, isSound } from './event-judge.ts'

const judge = new EventJudge(catalog)
const NOW = Date.UTC(2026, 5, 15)

/** The topic of an event that counts, or why it does not. */
function verdict(event: unknown): string | null {
  const judgement = judge.judge(event, NOW)
  return isSound(judgement) ? judge.topicName(judgement.topicNumber) : judgement.reason
}

describe('an offer', () => {
  const offer = { offer_id: 'o', kind: 'percent', percent_bp: 500, starts_at: 5, ends_at: 9, updated_at: 1 }
  test.each([
    ['as it should be', {}, 'offers'],
    ['that ends before it starts', { ends_at: 4 }, 'ends_before_it_starts'],
    ['in percent without a percentage', { percent_bp: null }, 'offer_without_value'],
    ['in money without an amount', { kind: 'amount' }, 'offer_without_value'],
    ['in money', { kind: 'amount', percent_bp: null, amount_off_cents: 100 }, 'offers'],
    ['for a bundle of nothing', { kind: 'bundle' }, 'bundle_without_products'],
    ['for a bundle', { kind: 'bundle', skus: [{ sku: 'mug', quantity: 1 }] }, 'offers'],
  ])('%s', (_, fields, expected) => {
    expect(verdict({ ...offer, ...fields })).toBe(expected)
  })
})

describe('an inventory record', () => {
  test('is known by its fields, and may come late like any version', () => {
    expect(verdict({ sku: 'mug', inventory: 0, updated_at: 1 })).toBe('inventory')
    expect(verdict({ sku: 'mug', inventory: 0, updated_at: NOW + 600_000 })).toBe('from_future')
  })
})
