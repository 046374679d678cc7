import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { catalog } from '../src/catalog/catalog.ts'
import { GENERATION_YEARS } from '../src/catalog/segments.ts'
import { shopFolders } from '../src/cli/embedded-shop.ts'
import { importData } from '../src/cli/importing/import-data.ts'
import { train } from '../src/cli/training/train.ts'
import { fixedClock } from '../src/core/clock.ts'
import { DAY_MS, HOUR_MS } from '../src/core/duration.ts'
import { silentLogger } from '../src/core/logger.ts'
import { syntheticShop } from '../src/datagen/synthetic-shop/synthetic-shop.ts'
import { memoryLog } from '../src/event-log/memory/memory-log.ts'
import { memoryStateStore } from '../src/features/online/memory-state-store.ts'
import { type OnlineState, openOnlineState } from '../src/features/online/online-state.ts'
import { type HistoryEvent, startWriter, type Writer } from '../src/features/stream/inprocess/writer.ts'
import { affinityOf } from '../src/models/affinity/affinity-artefact.ts'
import { artefactFolder } from '../src/models/registry/folder/artefact-folder.ts'
import type { DecisionRequest } from '../src/recommend/decision.ts'
import { createRecommender, type ServingModel } from '../src/recommend/recommender.ts'
import type { SegmentSnapshot } from '../src/recommend/segment-sales.ts'
import { rankerOfAllColumns } from './ranker-of-all-columns.ts'

const END = Date.UTC(2026, 0, 1)
const clock = fixedClock(END)
const logger = silentLogger
const PERSON = 'p-1'
const base: readonly HistoryEvent[] = [
  ...syntheticShop({ products: 30, customers: 25, days: 20, seed: 3, endAt: END }).events(),
].map(({ topic, value }) => ({ topic, value: { ...value } }))
const products = base.filter(({ topic }) => topic === 'products').map(({ value }) => value)
const skus = [...new Set(products.map(({ sku }) => String(sku)))]

/** What women and men of each generation bought: opposite ends of the shop. */
const segments: SegmentSnapshot = {
  asOf: END - DAY_MS,
  position: 0,
  days: 90,
  rows: Object.keys(GENERATION_YEARS).flatMap((generation) =>
    skus.map((sku, index) => ({
      key: [generation, index % 2 === 0 ? 'female' : 'male', 'GB', sku],
      values: [0, 40, 40],
    })),
  ),
}
/** An offer for women in Britain. */
const offered: HistoryEvent = {
  topic: 'offers',
  value: {
    offer_id: 'women',
    kind: 'percent',
    percent_bp: 3000,
    audience: { genders: ['female'], locations: ['GB'] },
    starts_at: END - DAY_MS,
    ends_at: END + DAY_MS,
    updated_at: END - 2 * DAY_MS,
  },
}

type Consent = {
  readonly personalisation: boolean
  readonly demographics: boolean
  readonly training: boolean
}
const NONE: Consent = { personalisation: false, demographics: false, training: false }
const ALL: Consent = { personalisation: true, demographics: true, training: true }

/** One thing that the person does. */
type Deed = {
  readonly what: (typeof DEEDS)[number]
  readonly item: number
  readonly hour: number
  readonly visit: number
}
const DEEDS = ['view_item', 'add_to_cart', 'add_to_wishlist', 'order', 'return'] as const
const deeds = fc.array(
  fc.record({
    what: fc.constantFrom(...DEEDS),
    item: fc.nat({ max: skus.length - 1 }),
    hour: fc.nat({ max: 14 * 24 }),
    visit: fc.nat({ max: 3 }),
  }),
  { minLength: 1, maxLength: 25 },
)
const pages: fc.Arbitrary<DecisionRequest> = fc
  .record({
    page: fc.constantFrom('home', 'product', 'cart', 'category', 'email'),
    sku: fc.constantFrom(...skus),
    cart: fc.subarray(skus, { maxLength: 3 }),
    category: fc.constantFrom(
      ...new Set(products.map(({ category }) => String(category).split('/')[0] ?? '')),
    ),
    limit: fc.integer({ min: 1, max: 12 }),
    exclude: fc.subarray(skus, { maxLength: 2 }),
  })
  .map(({ page, sku, cart, category, limit, exclude }) => ({
    page,
    limit,
    exclude,
    cart: page === 'cart' ? cart : [],
    ...(page === 'product' ? { sku } : {}),
    ...(page === 'category' ? { category } : {}),
  }))

/** The person's deeds as events; of nobody if `customer` is absent. */
function eventsOf(all: readonly Deed[], customer?: string): readonly HistoryEvent[] {
  const who = customer === undefined ? {} : { customer_id: customer }
  return all.map(({ what, item, hour, visit }, index) => {
    const [sku, at] = [skus[item] ?? '', END - (hour + 1) * HOUR_MS]
    if (what === 'order' || what === 'return') {
      const price = { price_cents: 500, price_discount_cents: 0, currency: 'GBP' }
      const line = { order_id: `po-${index}`, line_no: 1, sku, quantity: what === 'order' ? 1 : -1, ...price }
      return { topic: 'orders', value: { ...line, ...who, ordered_at: at } }
    }
    const session = customer === undefined ? `guest-${visit}` : `visit-${visit}`
    const click = { event_id: `pe-${index}`, event: what, occurred_at: at, session_id: session }
    return { topic: 'clickstream', value: { ...click, ...who, payload: { items: [{ item_id: sku }] } } }
  })
}

const version = (consent: Consent, fields: object = {}): HistoryEvent => ({
  topic: 'customers',
  value: { customer_id: PERSON, consent, updated_at: END - 30 * DAY_MS, ...fields },
})

/** A shop that has streamed the base and these, and answers with the trained model. */
class LiveShop implements AsyncDisposable {
  readonly state: OnlineState
  readonly writer: Writer
  readonly #recommend: ReturnType<typeof createRecommender>['recommend']

  private constructor(state: OnlineState, writer: Writer, model: ServingModel) {
    this.state = state
    this.writer = writer
    this.#recommend = createRecommender({
      state,
      model: () => model,
      clock,
      seed: () => 7,
      segments: () => segments,
    }).recommend
  }

  static async open(model: ServingModel, events: readonly HistoryEvent[]): Promise<LiveShop> {
    const state = await openOnlineState({ catalog, store: memoryStateStore() })
    const writer = await startWriter({ catalog, log: memoryLog(catalog.sources), state, clock, logger })
    await writer.appendHistory([...base, offered])
    const { refused } = await writer.appendHistory(events)
    expect(refused).toBe(0)
    return new LiveShop(state, writer, model)
  }

  /** All of an answer but the id of the decision. */
  answer(request: DecisionRequest): object {
    const { decision, model } = this.#recommend(request)
    const { decisionId: _id, ...rest } = decision
    return { ...rest, model: model?.version }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.writer.close()
  }
}

const asPerson = (request: DecisionRequest): DecisionRequest => ({
  ...request,
  customerId: PERSON,
  sessionId: 'visit-1',
})

describe('consent', () => {
  let root = ''
  let model: ServingModel
  /** Files of the model of a shop that the person never was in. */
  let never: readonly Buffer[] = []
  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'endcap-consent-'))
    const { manifest, weights, skus: items, bytes } = await trained('base', [])
    never = bytes
    model = {
      version: manifest.version,
      trainedAt: manifest.trained_at,
      affinity: { weights, skus: items },
      ranker: rankerOfAllColumns('consent'),
    }
  }, 30_000)
  afterAll(() => rmSync(root, { recursive: true }))

  async function trained(name: string, events: readonly HistoryEvent[]) {
    const dataDir = join(root, name)
    const imported = [...base, ...events].map((event) => ({ kind: 'event' as const, ...event }))
    await importData({ dataDir, imported, logger, clock })
    const { manifest } = await train({ dataDir, clock })
    const folder = join(shopFolders(dataDir).models, manifest.version)
    const bytes = ['weights.bin', 'items.txt'].map((file) => readFileSync(join(folder, file)))
    const stored = await artefactFolder(shopFolders(dataDir).models).load(manifest.version)
    return { manifest, ...affinityOf(stored), bytes }
  }

  const withheld: fc.Arbitrary<readonly HistoryEvent[]> = fc.constantFrom<readonly HistoryEvent[]>(
    [],
    [version(NONE)],
    [version({ ...ALL, personalisation: false })],
    [version(ALL, { deleted: true })],
    [version(ALL), version(NONE, { updated_at: END - DAY_MS })],
  )

  const withheldTraining: fc.Arbitrary<readonly HistoryEvent[]> = fc.constantFrom<readonly HistoryEvent[]>(
    [],
    [version({ ...ALL, training: false })],
    [version(ALL), version({ ...ALL, training: false }, { updated_at: END - DAY_MS })],
    [version(ALL, { deleted: true })],
  )

  test('without it for personalisation the answer is that of a stranger, on every page', async () => {
    await fc.assert(
      fc.asyncProperty(
        deeds,
        withheld,
        fc.array(pages, { minLength: 5, maxLength: 5 }),
        async (done, said, asked) => {
          await using shop = await LiveShop.open(model, [...said, ...eventsOf(done, PERSON)])
          for (const request of asked) expect(shop.answer(asPerson(request))).toEqual(shop.answer(request))
        },
      ),
      { numRuns: 25 },
    )
  }, 60_000)

  test('without it the answer does not change if what they did was done by somebody unknown', async () => {
    await fc.assert(
      fc.asyncProperty(deeds, fc.array(pages, { minLength: 5, maxLength: 5 }), async (done, asked) => {
        await using theirs = await LiveShop.open(model, [version(NONE), ...eventsOf(done, PERSON)])
        await using nobodys = await LiveShop.open(model, [version(NONE), ...eventsOf(done)])
        for (const request of asked) {
          expect(theirs.answer(asPerson(request))).toEqual(nobodys.answer(asPerson(request)))
        }
      }),
      { numRuns: 15 },
    )
  }, 60_000)

  test('with it the answer is their own, so the tests above would see a leak', async () => {
    const done: Deed[] = [0, 1, 2].map((item) => ({ what: 'order', item, hour: item, visit: 1 }))
    await using shop = await LiveShop.open(model, [version(ALL), ...eventsOf(done, PERSON)])
    for (const page of ['home', 'email', 'cart'] as const) {
      const request: DecisionRequest = { page, cart: [], exclude: [], limit: 5 }
      expect(shop.answer(asPerson(request))).not.toEqual(shop.answer(request))
    }
  })

  test('without it for demographics the answer does not depend on age, gender or location', async () => {
    const said = fc.record({
      birth_year: fc.integer({ min: 1930, max: 2015 }),
      gender: fc.constantFrom('female', 'male', 'other'),
      location: fc.constantFrom('GB', 'US-CA', 'DE'),
    })
    await fc.assert(
      fc.asyncProperty(deeds, said, pages, async (done, fields, request) => {
        const consent = { ...ALL, demographics: false }
        await using plain = await LiveShop.open(model, [version(consent), ...eventsOf(done, PERSON)])
        await using told = await LiveShop.open(model, [version(consent, fields), ...eventsOf(done, PERSON)])
        expect(told.answer(asPerson(request))).toEqual(plain.answer(asPerson(request)))
      }),
      { numRuns: 10 },
    )
  }, 60_000)

  test('with it for demographics two people who did the same see different things, and are told why', async () => {
    const request: DecisionRequest = { page: 'home', cart: [], exclude: [], limit: 10 }
    const told = { birth_year: 1990, location: 'GB' }
    await using hers = await LiveShop.open(model, [version(ALL, { ...told, gender: 'female' })])
    await using his = await LiveShop.open(model, [version(ALL, { ...told, gender: 'male' })])
    const [her, him] = [hers.answer(asPerson(request)), his.answer(asPerson(request))]
    expect(her).not.toEqual(him)
    expect(JSON.stringify(her)).toContain('Popular with women')
    expect(JSON.stringify(her)).toContain('30 % off until')
    expect(JSON.stringify(him)).not.toContain('30 % off until')
  })

  test('withdrawn by a newer version it holds from the next answer on; an older one that comes late does not count', async () => {
    await fc.assert(
      fc.asyncProperty(deeds, pages, async (done, request) => {
        const bought = [{ what: 'order', item: 0, hour: 0, visit: 1 } as const, ...done]
        await using shop = await LiveShop.open(model, [version(ALL), ...eventsOf(bought, PERSON)])
        const own = shop.answer(asPerson(request))
        expect(own).toMatchObject({ personalised: true })
        await shop.writer.appendHistory([version(NONE, { updated_at: END - HOUR_MS })])
        expect(shop.answer(asPerson(request))).toEqual(shop.answer(request))
        await shop.writer.appendHistory([version(ALL, { updated_at: END - 2 * HOUR_MS })])
        expect(shop.answer(asPerson(request))).toEqual(shop.answer(request))
        await shop.writer.appendHistory([version(ALL, { updated_at: END - 1 })])
        expect(shop.answer(asPerson(request))).toMatchObject({ personalised: true })
      }),
      { numRuns: 15 },
    )
  }, 60_000)

  test('without it for training the model is the same, byte for byte, whatever they did', async () => {
    let run = 0
    await fc.assert(
      fc.asyncProperty(deeds, withheldTraining, async (done, said) => {
        run += 1
        const beside = await trained(`beside-${run}`, [...said, ...eventsOf(done, PERSON)])
        expect(beside.bytes).toEqual(never)
      }),
      { numRuns: 4 },
    )
    const done: Deed[] = [0, 1, 2, 3].map((item) => ({ what: 'order', item, hour: item, visit: 1 }))
    const agreed = await trained('agreed', [version(ALL), ...eventsOf(done, PERSON)])
    expect(agreed.bytes).not.toEqual(never)
  }, 120_000)
})
