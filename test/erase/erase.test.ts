import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LoggedRecord } from '../../src/algebra/source.ts'
import { catalog } from '../../src/catalog/catalog.ts'
import { openImport, openShop, openShopLog, openShopState, shopFolders } from '../../src/cli/embedded-shop.ts'
import type { Certificate } from '../../src/cli/erasing/certificate.ts'
import { erase } from '../../src/cli/erasing/erase.ts'
import { lift } from '../../src/cli/erasing/lift.ts'
import { exportLog } from '../../src/cli/keeping/export.ts'
import { openFollowedLake } from '../../src/cli/lake.ts'
import { silentLogger } from '../../src/core/logger.ts'
import { artefactFolder } from '../../src/models/registry/folder/artefact-folder.ts'
import { recordAt } from '../../src/recommend/records/decision-store.contract.ts'
import { openLmdbDecisionStore } from '../../src/recommend/records/lmdb/lmdb-decision-store.ts'
import {
  clock,
  END,
  events,
  findWords,
  heaviestLearntFrom,
  idsOf,
  makeShop,
  parted,
  streamedHash,
} from './erased-shop.ts'

const customer = heaviestLearntFrom()
const { sessions, orders } = idsOf(customer)
const words = [customer, ...sessions, ...orders]
const { theirs, others } = parted(customer)
const logger = silentLogger

/** Somebody else in the shop, by their first record that names one. */
const somebodyElse =
  [...new Set(others.map(({ value }) => String(value['customer_id'] ?? '')))].find((id) => id !== '') ?? ''

/** Decisions that were made for them by name, for one of their visits, and for somebody else. */
async function keepDecisions(dataDir: string): Promise<void> {
  const store = await openLmdbDecisionStore({ folder: shopFolders(dataDir).decisions, logger })
  const page = { page: 'home', cart: [], exclude: [], limit: 2 } as const
  store.put(recordAt(END, { request: { ...page, customerId: customer, sessionId: 's-live-9' } }))
  store.put(recordAt(END + 1, { request: { ...page, sessionId: [...sessions][0] ?? '' } }))
  store.put(recordAt(END + 2, { request: { ...page, customerId: somebodyElse } }))
  await store.close()
}

async function recordsOf(dataDir: string): Promise<LoggedRecord[]> {
  const log = await openShopLog({ dataDir, readOnly: true })
  const all: LoggedRecord[] = []
  for await (const batch of log.read(0)) all.push(...batch)
  await log.close()
  return all
}

async function hashOf(dataDir: string): Promise<string> {
  const state = await openShopState({ dataDir, readOnly: true })
  const hash = state.hash()
  await state.close()
  return hash
}

async function modelBytes(dataDir: string): Promise<readonly Buffer[]> {
  const root = shopFolders(dataDir).models
  const version = (await artefactFolder(root).current()) ?? ''
  return ['weights.bin', 'items.txt'].map((name) => readFileSync(join(root, version, name)))
}

describe('erasing a customer from a shop that has learnt from them', () => {
  let root = ''
  let dataDir = ''
  let before: readonly LoggedRecord[] = []
  let certificate: Certificate
  let oldVersions: readonly string[] = []
  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'endcap-erase-'))
    dataDir = join(root, 'shop')
    await makeShop(dataDir, events)
    const shop = await openShop({ dataDir, logger, clock })
    const sent = [
      {
        event_id: 'e-live-1',
        event: 'view_item',
        occurred_at: END,
        session_id: 's-live-9',
        customer_id: customer,
        payload: { items: [{ item_id: 'x' }] },
      },
      {
        event_id: 'e-live-2',
        event: 'no_such_event',
        occurred_at: END,
        session_id: 's-live-9',
        customer_id: customer,
        payload: {},
      },
      {
        event_id: 'e-live-3',
        event: 'view_item',
        occurred_at: END,
        session_id: 's-live-8',
        payload: { items: [{ item_id: 'x' }] },
      },
    ]
    await shop.writer.ingest(Buffer.from(JSON.stringify(sent)), 'json')
    await shop.writer.ingest(Buffer.from(`{"customer_id":"${customer}", broken\n`), 'ndjson')
    await shop.close()
    await keepDecisions(dataDir)
    before = await recordsOf(dataDir)
    oldVersions = await artefactFolder(shopFolders(dataDir).models).versions()
    certificate = await erase({ dataDir, customer, clock })
  }, 120_000)
  afterAll(() => rmSync(root, { recursive: true }))

  test('no byte of any file holds an id of theirs, not even inside compressed Parquet', async () => {
    expect(words.length).toBeGreaterThan(10)
    expect(await findWords(dataDir, [...words, 's-live-9', 'e-live-1', 'e-live-2'])).toEqual([])
    // The search itself finds what is there: somebody else, in the log, the state and the lake.
    const places = (await findWords(dataDir, [somebodyElse])).map(
      (path) => path.slice(dataDir.length + 1).split('/')[0],
    )
    expect(new Set(places)).toEqual(new Set(['log', 'state', 'lake', 'decisions']))
  })

  test('of the decisions those of others are left', async () => {
    const folder = shopFolders(dataDir).decisions
    const store = await openLmdbDecisionStore({ folder, logger, readOnly: true })
    expect([...store.all()].map(({ request }) => request.customerId)).toEqual([somebodyElse])
    await store.close()
    const told = certificate.stores.find(({ store: name }) => name === 'decisions')
    expect(told).toMatchObject({ outcome: 'removed', erased: 2, kept: 1 })
  })

  test('the records of all others are what and where they were', async () => {
    const after = await recordsOf(dataDir)
    expect(after.length).toBe(before.length)
    const kept = after.filter(({ topic }) => topic !== 'erased')
    const ids = new Set(words.concat('s-live-9'))
    const isTheirs = ({ value }: LoggedRecord) =>
      ['customer_id', 'session_id', 'order_id'].some((field) => ids.has(String(value[field])))
    expect(kept).toEqual(before.filter((record) => !isTheirs(record)))
    const erased = Object.values(certificate.records).reduce((sum, count) => sum + count, 0)
    expect(after.length - kept.length).toBe(erased)
  })

  test('the state is that of a shop that never saw them', async () => {
    const live = {
      event_id: 'e-live-3',
      event: 'view_item',
      occurred_at: END,
      session_id: 's-live-8',
      payload: { items: [{ item_id: 'x' }] },
    }
    const expected = await streamedHash([...others, { topic: 'clickstream', value: live }])
    expect(await hashOf(dataDir)).toBe(expected)
    expect(certificate.stores.find(({ store }) => store === 'state')).toMatchObject({ hash_after: expected })
  })

  test('the model is, byte for byte, that of a shop that never saw them; the old ones are gone', async () => {
    const never = join(root, 'never')
    await makeShop(never, others)
    expect(await modelBytes(dataDir)).toEqual(await modelBytes(never))
    const registry = artefactFolder(shopFolders(dataDir).models)
    expect((await registry.versions()).filter((version) => oldVersions.includes(version))).toEqual([])
    const stored = await artefactFolder(shopFolders(never).models).load(
      (await artefactFolder(shopFolders(never).models).current()) ?? '',
    )
    await expect(registry.publish(stored)).rejects.toMatchObject({ code: 'ERASED' })
  }, 60_000)

  test('the certificate says what went where and names nobody', async () => {
    expect(certificate).toMatchObject({
      removed_at: END,
      log_position: before.length,
      sessions: sessions.size + 1,
      orders: orders.size,
      shared_ids: 0,
      dead_letters: 2,
    })
    const outcomes = certificate.stores.map(({ store, outcome, removed_at }) => [store, outcome, removed_at])
    for (const store of ['log', 'state', 'lake', 'models'])
      expect(outcomes).toContainEqual([store, 'removed', END])
    expect(outcomes.at(-1)?.[1]).toBe('not_reached')
    const kept = readdirSync(join(dataDir, 'erasures')).filter((name) => /^[0-9]+-/.test(name))
    expect(kept.map((name) => JSON.parse(readFileSync(join(dataDir, 'erasures', name), 'utf8')))).toEqual([
      certificate,
    ])
    expect(statSync(join(dataDir, 'erasures', 'key')).mode & 0o777).toBe(0o600)
    expect(words.some((word) => JSON.stringify(certificate).includes(word))).toBe(false)
  })

  test('an export has the records of the others alone', async () => {
    const { topics } = await exportLog({ dataDir, to: join(root, 'export') })
    expect(Object.keys(topics).toSorted()).toEqual(catalog.sources.map(({ name }) => name).toSorted())
    expect(await findWords(join(root, 'export'), words)).toEqual([])
  })

  test('the lake holds what the log holds', async () => {
    using lake = await openFollowedLake(dataDir)
    expect(lake.position).toBe(before.length)
  })

  test('what is sent again is refused and leaves no trace, beside events of others that count', async () => {
    const anonymous = theirs.find(
      ({ topic, value }) => topic === 'clickstream' && value['customer_id'] === undefined,
    )
    const writer = await openImport({ dataDir, logger, clock })
    expect(await writer.appendHistory(theirs)).toMatchObject({
      accepted: 0,
      duplicates: 0,
      refused: theirs.length,
    })
    const clicks = [
      { ...(anonymous?.value ?? {}), event_id: 'e-new-1' },
      {
        event_id: 'e-new-2',
        event: 'login',
        occurred_at: END,
        session_id: 's-new-1',
        customer_id: customer,
        payload: {},
      },
      {
        event_id: 'e-new-3',
        event: 'view_item',
        occurred_at: END,
        session_id: 's-new-2',
        payload: { items: [{ item_id: 'x' }] },
      },
      { event: 'login', customer_id: customer },
    ]
    const { accepted, results } = await writer.ingest(Buffer.from(JSON.stringify(clicks)), 'json')
    const bad = await writer.ingest(Buffer.from(`{"customer_id": "${customer}" no json`), 'ndjson')
    await writer.close()
    expect(anonymous).toBeDefined()
    expect(accepted).toBe(1)
    expect([...results, ...bad.results].map((result) => 'reason' in result && result.reason)).toEqual([
      'erased',
      'erased',
      'erased',
      'erased',
    ])
    using lake = await openFollowedLake(dataDir)
    expect(lake.position).toBe(before.length + 1)
    expect(await findWords(dataDir, [...words, 'e-new-1', 'e-new-2', 's-new-1'])).toEqual([])
  })

  test('a second erasure finds nothing; lifted, the customer may come back and their past may not', async () => {
    const again = await erase({ dataDir, customer, clock: () => END + 1 })
    expect(again).toMatchObject({ records: {}, person: certificate.person })
    expect(again.stores.slice(0, 4).map(({ outcome }) => outcome)).toEqual(Array(4).fill('nothing_found'))
    expect(lift({ dataDir, customer })).toBe(true)
    expect(lift({ dataDir, customer })).toBe(false)
    const writer = await openImport({ dataDir, logger, clock })
    const past = events.filter(
      ({ topic, value }) =>
        topic === 'clickstream' &&
        sessions.has(String(value['session_id'])) &&
        value['customer_id'] === undefined,
    )
    expect((await writer.appendHistory(past)).accepted).toBe(0)
    const login = {
      event_id: 'e-back',
      event: 'login',
      occurred_at: END,
      session_id: 's-back',
      customer_id: customer,
      payload: {},
    }
    expect(await writer.ingest(Buffer.from(JSON.stringify(login)), 'json')).toMatchObject({ accepted: 1 })
    await writer.close()
  })

  test('while a server has the folder, nobody is erased', async () => {
    const shop = await openShop({ dataDir, logger, clock })
    await expect(erase({ dataDir, customer, clock })).rejects.toMatchObject({ code: 'FOLDER_IN_USE' })
    await shop.close()
  })
})
