import { expect, test } from 'vitest'
import type { Item } from '../api/wire.ts'
import { changesInWords, moveInWords, shelfChanges } from './shelf-changes.ts'

function item(sku: string, texts: readonly string[] = [], priceCents = 100): Item {
  const reasons = texts.map((text) => ({ driver: 'history', contribution: 0.1, text }))
  return { sku, product_name: `the ${sku}`, price_cents: priceCents, score: 1, base: 0, reasons, moves: [] }
}

test('the first answer changes nothing', () => {
  expect(changesInWords(shelfChanges(null, [item('mug')]))).toBeNull()
})

test('tells what moved, came, left and has new reasons', () => {
  const before = [item('mug', ['Bought 3 times in 30 days']), item('jug'), item('pot')]
  const after = [
    item('jug'),
    item('mug', ['Bought 3 times in 30 days', 'You looked at it just now']),
    item('pan'),
  ]
  const changes = shelfChanges(before, after)
  expect(changes.bySku.get('jug')).toEqual({ moved: 1, newReasons: new Set(), isPriceNew: false })
  expect(changes.bySku.get('mug')).toEqual({
    moved: -1,
    newReasons: new Set(['You looked at it just now']),
    isPriceNew: false,
  })
  expect(changes.bySku.get('pan')?.moved).toBeNull()
  expect(changesInWords(changes)).toBe('1 new here, 2 moved, 1 with new reasons; gone: the pot')
  expect([...changes.bySku.values()].map(moveInWords)).toEqual(['▲ 1', '▼ 1', 'new here'])
})

test('that time has passed makes no new reason, that a price changed is a change', () => {
  const before = [item('mug', ['You bought it 59 minutes ago']), item('jug', [], 100)]
  const after = [item('mug', ['You bought it 1 hour ago']), item('jug', [], 90)]
  const changes = shelfChanges(before, after)
  expect([...changes.bySku]).toEqual([['jug', { moved: 0, newReasons: new Set(), isPriceNew: true }]])
})
