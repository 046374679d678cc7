import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LoggedRecord, RecordValue } from '../../algebra/source.ts'
import { type Catalog, catalog } from '../../catalog/catalog.ts'
import { DAY_MS, HOUR_MS } from '../../core/duration.ts'
import { type BulkLoad, bulkLoad } from './bulk-load.ts'
import { memoryStateStore } from './memory-state-store.ts'
import { openOnlineState } from './online-state.ts'
import type { StateStore } from './state-store.ts'

const T0 = Date.UTC(2026, 0, 5)

function click(offset: number, event: string, skus: readonly string[], at: number): LoggedRecord {
  const items = skus.map((item_id) => ({ item_id, price_cents: 100 + offset }))
  const value = {
    event_id: `e${offset}`,
    event,
    occurred_at: at,
    session_id: `s${offset % 3}`,
    payload: { items },
  }
  return { topic: 'clickstream', partition: 0, offset, loggedAt: at, value }
}

function product(offset: number, fields: RecordValue): LoggedRecord {
  const value = {
    sku: 'mug',
    product_name: 'Mug',
    category: 'Home',
    price_cents: 1,
    currency: 'GBP',
    ...fields,
  }
  return { topic: 'products', partition: 0, offset, loggedAt: T0, value }
}

const drawn = fc
  .array(
    fc.record({
      event: fc.constantFrom('view_item', 'add_to_cart', 'add_to_wishlist', 'login'),
      skus: fc.array(fc.constantFrom('mug', 'jug', 'pot'), { maxLength: 3 }),
      at: fc.integer({ min: T0, max: T0 + 20 * DAY_MS }),
      updatedAt: fc.option(fc.integer({ min: 0, max: 3 })),
    }),
    { maxLength: 40 },
  )
  .map((events) =>
    events.map(({ event, skus, at, updatedAt }, offset) =>
      updatedAt === null
        ? click(offset, event, skus, at)
        : product(offset, { product_name: `${offset}`, updated_at: updatedAt }),
    ),
  )

describe('the online state', () => {
  test('opened again it is what it was at its last checkpoint, and goes on to the same end', async () => {
    await fc.assert(
      fc.asyncProperty(drawn, fc.nat(40), fc.nat(40), async (records, first, second) => {
        const store = memoryStateStore()
        const whole = await openOnlineState({ catalog, store: memoryStateStore() })
        whole.applyBatch(records)

        const state = await openOnlineState({ catalog, store })
        state.applyBatch(records.slice(0, first))
        await state.checkpoint()
        const saved = state.hash()
        state.applyBatch(records.slice(first, first + second)) // lost with the process

        const again = await openOnlineState({ catalog, store })
        expect([again.hash(), again.position()]).toEqual([saved, Math.min(first, records.length)])
        again.applyBatch(records.slice(again.position()))
        await again.checkpoint()
        expect(again.hash()).toBe(whole.hash())
        expect(again.newestAt()).toBe(whole.newestAt())
        expect((await openOnlineState({ catalog, store })).hash()).toBe(whole.hash())
      }),
      { numRuns: 40 },
    )
  })

  test('filled by a backfill up to X and then by the stream it is what the stream alone gives', async () => {
    await fc.assert(
      fc.asyncProperty(drawn, fc.nat(40), async (records, cut) => {
        const position = Math.min(cut, records.length)
        const streamed = await openOnlineState({ catalog, store: memoryStateStore() })
        streamed.applyBatch(records)
        const store = memoryStateStore()
        const before = await openOnlineState({ catalog, store })
        before.applyBatch([click(0, 'view_item', ['gone'], T0)])
        await before.close()
        await bulkLoad({ catalog, store }, await backfilled(records.slice(0, position)))
        const filled = await openOnlineState({ catalog, store })
        filled.applyBatch(records.slice(position))
        await filled.checkpoint()
        expect(filled.hash()).toBe(streamed.hash())
        expect((await openOnlineState({ catalog, store })).hash()).toBe(streamed.hash())
      }),
      { numRuns: 40 },
    )
  })

  test('with hardly any memory for shoppers it answers the same, and holds what a checkpoint has not written', async () => {
    await fc.assert(
      fc.asyncProperty(drawn, fc.array(fc.nat(5), { maxLength: 40 }), async (records, steps) => {
        const roomy = await openOnlineState({ catalog, store: memoryStateStore() })
        const tight = await openOnlineState({ catalog, store: memoryStateStore(), maxShopperBytes: 1500 })
        for (const [index, record] of records.entries()) {
          roomy.applyBatch([record])
          tight.applyBatch([record])
          const step = steps[index] ?? 5
          // What is applied while a checkpoint is written is in memory alone.
          const writing = step < 2 ? tight.checkpoint() : undefined
          if (step < 4) {
            const shopper = `s:s${step % 3}`
            for (const { name, key } of catalog.views) {
              const owner = key[0] === 'shopper' ? shopper : `s${step % 3}`
              expect(sortedTiles(tight.ownerTiles(name, owner))).toEqual(
                sortedTiles(roomy.ownerTiles(name, owner)),
              )
            }
          }
          if (step === 0) await writing
          else writing?.catch(() => {})
        }
        await tight.checkpoint()
        expect(tight.hash()).toBe(roomy.hash())
        for (const { name } of catalog.views) {
          expect([...tight.owners(name)].toSorted()).toEqual([...roomy.owners(name)].toSorted())
        }
      }),
      { numRuns: 30 },
    )
  })

  test('what is older than a view keeps is not seen, leaves the store, and does not change the hash', async () => {
    const records = [
      click(0, 'view_item', ['mug'], T0),
      click(3, 'view_item', ['jug'], T0 + 300 * DAY_MS),
      click(6, 'view_item', ['pot'], T0 + 399 * DAY_MS),
      click(9, 'view_item', ['pan'], T0 + 415 * DAY_MS),
    ].map((record, offset) => ({ ...record, offset }))
    const [early, late] = [memoryStateStore(), memoryStateStore()]
    const stepwise = await openOnlineState({ catalog, store: early })
    for (const record of records) {
      stepwise.applyBatch([record])
      await stepwise.checkpoint()
    }
    const atOnce = await openOnlineState({ catalog, store: late })
    atOnce.applyBatch(records)
    expect(atOnce.hash()).toBe(stepwise.hash())
    // 400 days before the newest event begin 15 days after the first one; of visits two days are kept.
    for (const state of [stepwise, atOnce]) {
      expect(state.tiles('product_activity', ['mug'])).toEqual([])
      expect(state.tiles('product_activity', ['jug']).length).toBe(1)
      expect(state.ownerTiles('shopper_product', 's:s0').map(({ key }) => key[1])).toEqual([
        'jug',
        'pot',
        'pan',
      ])
      expect(state.ownerTiles('session_product', 's0').map(({ key }) => key[1])).toEqual(['pan'])
    }
    await atOnce.checkpoint()
    const owners = (store: StateStore) => [...store.chunks()].map(({ owner }) => owner)
    expect(owners(late)).toContain('mug')
    for (const [store, state] of [
      [early, stepwise],
      [late, atOnce],
    ] as const) {
      // A round begins once time has gone on, and looks at what was stored before.
      state.applyBatch([{ ...click(4, 'login', [], T0 + 423 * DAY_MS), offset: 4 }])
      await state.checkpoint()
      expect(owners(store)).not.toContain('mug')
      expect(owners(store)).toContain('jug')
      expect([...store.ownerChunks(groupOf('session_product'), 's0')]).toEqual([])
    }
    expect((await openOnlineState({ catalog, store: late })).hash()).toBe(stepwise.hash())
    expect(atOnce.hash()).toBe(stepwise.hash())
  })

  test('a damaged record of a shopper is told when it is read; others are answered', async () => {
    const store = memoryStateStore()
    const state = await openOnlineState({ catalog, store })
    state.applyBatch([click(0, 'view_item', ['mug'], T0), click(1, 'view_item', ['mug'], T0)])
    await state.close()
    const meta = store.meta()
    if (meta === null) throw new Error('nothing was stored')
    const group = groupOf('shopper_product')
    const damaged = [...store.ownerChunks(group, 's:s0')].map((chunk) => ({
      ...chunk,
      bytes: chunk.bytes.slice(0, -3),
    }))
    await store.commit({ meta, firstWord: 0, words: [], chunks: damaged, entities: [] })
    const again = await openOnlineState({ catalog, store })
    expect(() => again.ownerTiles('shopper_product', 's:s0')).toThrow(
      expect.objectContaining({ code: 'CORRUPT' }),
    )
    expect(again.ownerTiles('shopper_product', 's:s1').length).toBe(1)
    expect(() => again.applyBatch([{ ...click(3, 'view_item', ['jug'], T0), offset: 2 }])).toThrow(
      /cannot be read/,
    )
  })

  test('a changed definition starts empty at position 0', async () => {
    const store = memoryStateStore()
    const before = await openOnlineState({ catalog, store })
    before.applyBatch([click(0, 'view_item', ['mug'], T0)])
    await before.close()
    const changed: Catalog = { ...catalog, views: catalog.views.slice(1) }
    const after = await openOnlineState({ catalog: changed, store })
    expect([after.position(), [...after.ownerTiles('shopper_recent', 's:s0')]]).toEqual([0, []])
    after.applyBatch([click(0, 'view_item', ['jug'], T0)])
    await after.close()
    const again = await openOnlineState({ catalog: changed, store })
    expect([...again.owners('product_price')]).toEqual(['jug'])
    expect(again.position()).toBe(1)
  })

  test('gives tiles by key and by owner, hand-worked', async () => {
    const state = await openOnlineState({ catalog, store: memoryStateStore() })
    state.applyBatch([
      click(0, 'view_item', ['mug', 'jug'], T0),
      click(1, 'view_item', ['mug'], T0 + HOUR_MS),
      click(2, 'view_item', ['mug'], T0),
      click(3, 'add_to_cart', ['mug'], T0 + 5),
    ])
    const day = { tileStart: T0 }
    expect(state.tiles('shopper_product', ['s:s0', 'mug'])).toEqual([
      { key: ['s:s0', 'mug'], ...day, values: [1, 1, 0, 0, 0, 0] },
    ])
    expect(state.ownerTiles('shopper_product', 's:s0').map(({ key }) => key)).toEqual([
      ['s:s0', 'mug'],
      ['s:s0', 'jug'],
    ])
    expect(
      state.tiles('product_activity', ['mug']).map(({ tileStart, values }) => [tileStart, values[0]]),
    ).toEqual([
      [T0, 2],
      [T0 + HOUR_MS, 1],
    ])
    expect([
      state.tiles('shopper_product', ['s:s0', 'nothing']),
      state.ownerTiles('product_price', 'no'),
    ]).toEqual([[], []])
    expect([state.position(), state.newestAt(), [...state.owners('product_price')]]).toEqual([
      4,
      T0 + HOUR_MS,
      ['mug', 'jug'],
    ])
    expect(() => state.tiles('no_such_view', ['mug'])).toThrow(/no view/)
  })

  test('gives windows, hand-worked: now with the open tile, the past up to a whole tile', async () => {
    const state = await openOnlineState({ catalog, store: memoryStateStore() })
    state.applyBatch([
      click(0, 'view_item', ['mug'], T0 + HOUR_MS / 2),
      click(1, 'view_item', ['mug'], T0 + DAY_MS),
      click(2, 'add_to_cart', ['mug'], T0 + DAY_MS + 5),
    ])
    const last1d = (asOf: number) =>
      state.window('product_activity', ['mug'], 'last_1d', asOf).map(({ values }) => values.slice(0, 2))
    expect(last1d(T0 + DAY_MS + 10)).toEqual([[2, 1]])
    expect(last1d(T0 + DAY_MS + HOUR_MS)).toEqual([[1, 1]])
    expect(last1d(T0 + DAY_MS + 3)).toEqual([[1, 0]])
    expect(state.window('shopper_recent', ['s:s0'], 'last_365d', T0 + 2 * DAY_MS)).toEqual([
      { key: ['s:s0'], values: [[{ word: 'mug', at: T0 + HOUR_MS / 2 }]] },
    ])
    expect(() => state.window('product_activity', ['mug'], 'last_2d', T0)).toThrow(/no window 'last_2d'/)
  })

  test('of the versions of an entity the greatest (updated_at, offset) wins', async () => {
    const state = await openOnlineState({ catalog, store: memoryStateStore() })
    state.applyBatch([
      product(0, { product_name: 'old', updated_at: 5 }),
      product(1, { product_name: 'older', updated_at: 4 }),
      product(2, { product_name: 'same instant, later', updated_at: 5 }),
    ])
    expect(state.entity('products', 'mug')?.['product_name']).toBe('same instant, later')
    expect([...state.entities('products')].length).toBe(1)
    expect(state.entity('products', 'jug')).toBeUndefined()
  })

  test('inventory and offers have winners of their own, in the state and after a restart', async () => {
    const store = memoryStateStore()
    const state = await openOnlineState({ catalog, store })
    const version = (topic: string, offset: number, value: RecordValue): LoggedRecord => ({
      topic,
      partition: 0,
      offset,
      loggedAt: T0,
      value,
    })
    const offer = { offer_id: 'sale', kind: 'percent', percent_bp: 1500, starts_at: 1, ends_at: 9 }
    state.applyBatch([
      version('inventory', 0, { sku: 'mug', inventory: 4, updated_at: 7 }),
      version('inventory', 1, { sku: 'mug', inventory: 9, updated_at: 6 }),
      version('offers', 2, { ...offer, updated_at: 1 }),
      version('offers', 3, { ...offer, percent_bp: 2000, updated_at: 2 }),
    ])
    await state.checkpoint()
    for (const each of [state, await openOnlineState({ catalog, store })]) {
      expect(each.entity('inventory', 'mug')?.['inventory']).toBe(4)
      expect([...each.entities('offers')].map(({ percent_bp }) => percent_bp)).toEqual([2000])
      expect(each.entity('products', 'mug')).toBeUndefined()
    }
  })

  test('a null field of an entity is an absent one', async () => {
    const state = await openOnlineState({ catalog, store: memoryStateStore() })
    state.applyBatch([product(0, { inventory: null, brand: 'Acme', updated_at: 5 })])
    expect(Object.keys(state.entity('products', 'mug') ?? {})).not.toContain('inventory')
    expect(state.entity('products', 'mug')?.['brand']).toBe('Acme')
  })

  test('tells its listeners each changed owner and entity once a batch', async () => {
    const state = await openOnlineState({ catalog, store: memoryStateStore() })
    const heard: string[] = []
    state.onChange((name, owner) => heard.push(`${name} ${owner}`))
    state.applyBatch([
      click(0, 'view_item', ['mug'], T0),
      click(1, 'view_item', ['mug'], T0),
      product(2, { updated_at: 1 }),
    ])
    expect(heard.toSorted()).toEqual(
      [
        ...changesOf({ sku: ['mug'], shopper: ['s:s0', 's:s1'], session_id: ['s0', 's1'] }),
        'products mug',
      ].toSorted(),
    )
    const before = heard.length
    state.applyBatch([click(3, 'login', [], T0)])
    expect(heard.length).toBe(before)
  })

  test('refuses records that do not follow', async () => {
    const state = await openOnlineState({ catalog, store: memoryStateStore() })
    expect(() => state.applyBatch([click(1, 'view_item', ['mug'], T0)])).toThrow(/position 0/)
  })
})

/** Every view with every changed owner of it. */
const changesOf = (owners: Readonly<Record<string, readonly string[]>>): string[] =>
  catalog.views.flatMap(({ name, key }) => (owners[key[0]] ?? []).map((owner) => `${name} ${owner}`))

const sortedTiles = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).toSorted()

/** Index of a view's group: views of one first key column, in the order in which one of them is first. */
const groupOf = (view: string): number => {
  const columns = [...new Set(catalog.views.map(({ key }) => key[0]))]
  return columns.indexOf(catalog.views.find(({ name }) => name === view)?.key[0] ?? '')
}

/** What a backfill hands over, words in an order of its own: here from a state of its own. */
async function backfilled(records: readonly LoggedRecord[]): Promise<BulkLoad> {
  const store = memoryStateStore()
  const state = await openOnlineState({ catalog, store })
  state.applyBatch(records)
  await state.checkpoint()
  const entities = [...store.entities()].map(({ source, offset, value }) => ({ source, offset, value }))
  return {
    position: records.length,
    newestAt: state.newestAt(),
    chunks: [[...store.chunks()]],
    words: () => store.words(),
    entities: [entities],
  }
}
