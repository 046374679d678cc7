import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { catalog } from '../../catalog/catalog.ts'
import { fixedClock } from '../../core/clock.ts'
import { silentLogger } from '../../core/logger.ts'
import type { Imported } from '../../datagen/importers/import-format.ts'
import { syntheticShop } from '../../datagen/synthetic-shop/synthetic-shop.ts'
import { openShop } from '../embedded-shop.ts'
import { importData } from '../importing/import-data.ts'
import { backfill } from './backfill.ts'

const END = Date.UTC(2026, 0, 1)
const shop = syntheticShop({ products: 40, customers: 30, days: 20, seed: 5, endAt: END })
const told = [...shop.events()]
const ofShop = told.map(({ topic, value }): Imported => ({ kind: 'event', topic, value: { ...value } }))
/** Stock that changes now and then, some of it told late, and two versions of an offer. */
const imported: readonly Imported[] = ofShop.flatMap((event, index) => {
  if (index % 50 !== 0 || event.kind !== 'event') return [event]
  const level = {
    sku: `sku-${index % 7}`,
    inventory: index % 3,
    updated_at: END - ((index * 7919) % 100_000),
  }
  const offer = { offer_id: 'sale', kind: 'percent', percent_bp: index % 10_000, starts_at: 1, ends_at: END }
  return [
    event,
    { kind: 'event', topic: 'inventory', value: level },
    ...(index % 100 === 0
      ? [{ kind: 'event' as const, topic: 'offers', value: { ...offer, updated_at: END - index } }]
      : []),
  ]
})

describe('a backfill of a data folder', () => {
  let root = ''
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'endcap-backfill-'))
  })
  afterEach(() => rmSync(root, { recursive: true }))

  const options = { logger: silentLogger, clock: fixedClock(END) }
  const load = (dataDir: string, events: readonly Imported[]) =>
    importData({ dataDir, imported: events, ...options })

  /** What a server finds when it opens the folder: the state, brought up to the log. */
  async function served(dataDir: string) {
    const { state, close } = await openShop({ dataDir, ...options })
    const found = { hash: state.hash(), position: state.position(), newestAt: state.newestAt() }
    await close()
    return found
  }

  test('a server that starts after it finds what it would have computed itself', async () => {
    const [streamed, computed] = [join(root, 'streamed'), join(root, 'computed')]
    await load(streamed, imported)
    await load(computed, imported)
    const { position, tiles, entities } = await backfill(computed)
    expect(Object.keys(tiles)).toHaveLength(catalog.views.length)
    // 40 products, 30 customers; here 7 skus with stock and one offer, and those that the shop tells of itself.
    const ids = told.flatMap(({ topic, value }) =>
      topic === 'inventory' ? [value.sku] : topic === 'offers' ? [value.offer_id] : [],
    )
    expect(entities).toBe(40 + 30 + 7 + 1 + new Set(ids).size)
    const expected = await served(streamed)
    expect(position).toBe(expected.position)
    expect(await served(computed)).toEqual(expected)
  })

  test('the stream goes on where it stopped, and a second backfill covers that too', async () => {
    const [whole, halves] = [join(root, 'whole'), join(root, 'halves')]
    await load(whole, imported)
    // After the last bot: what a visit did before is not known to the process that takes in the rest of it.
    const lastBot = told.findLastIndex(({ planted }) => planted === 'bot')
    const lastId = JSON.stringify(told[lastBot]?.value)
    const middle =
      1 + imported.findIndex((event) => event.kind === 'event' && JSON.stringify(event.value) === lastId)
    expect(middle).toBeGreaterThan(0.4 * imported.length)
    expect(middle).toBeLessThan(0.9 * imported.length)
    await load(halves, imported.slice(0, middle))
    const first = await backfill(halves)
    await load(halves, imported.slice(middle))
    const expected = await served(whole)
    expect(first.position).toBeLessThan(expected.position)
    expect(await served(halves)).toEqual(expected)
    expect((await backfill(halves)).position).toBe(expected.position)
    expect(await served(halves)).toEqual(expected)
  })

  test('without data, or while a server runs, it says so', async () => {
    await expect(backfill(join(root, 'none'))).rejects.toMatchObject({ code: 'DATA_FOLDER' })
    const dataDir = join(root, 'busy')
    await load(dataDir, imported.slice(0, 100))
    const { close } = await openShop({ dataDir, ...options })
    await expect(backfill(dataDir)).rejects.toMatchObject({ code: 'FOLDER_IN_USE' })
    await close()
  })
})
