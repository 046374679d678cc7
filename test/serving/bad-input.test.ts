import { mkdtempSync, rmSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { shopFolders } from '../../src/cli/embedded-shop.ts'
import { type RunningShop, serveShop } from '../../src/cli/serving/running-shop.ts'
import { DAY_MS, HOUR_MS } from '../../src/core/duration.ts'
import { silentLogger } from '../../src/core/logger.ts'
import { artefactFolder } from '../../src/models/registry/folder/artefact-folder.ts'
import { servedModel } from './served-model.ts'
import { clickOf, orderOf, productOf } from './shop-events.ts'

const NOW = Date.UTC(2026, 5, 15, 12)
let dataDir: string
let now = NOW
let running: RunningShop | undefined

const start = async (): Promise<void> => {
  running = await serveShop({
    dataDir,
    host: '127.0.0.1',
    port: 0,
    logger: silentLogger,
    clock: () => now,
    farewell: { lingerMs: 0, deadlineMs: 1000 },
  })
}
const stop = async (): Promise<void> => {
  const shop = running
  running = undefined
  await shop?.close()
}

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'endcap-bad-'))
  now = NOW
})
afterEach(async () => {
  await stop()
  rmSync(dataDir, { recursive: true, force: true })
})

type Answer = { readonly status: number; readonly body: Readonly<Record<string, unknown>> }

async function post(
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const response = await fetch(`${running?.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
  })
  return { status: response.status, body: (await response.json()) as Answer['body'] }
}
const events = (body: unknown, headers?: Readonly<Record<string, string>>) =>
  post('/v1/events', body, headers)
const recommend = (body: object) => post('/v1/recommendations', body)
const logPosition = () => running?.shop.writer.logPosition

describe('bad events', () => {
  test('malformed JSON is an error that says where, and takes nothing in', async () => {
    await start()
    const { status, body } = await events('[{"event_id": }]')
    expect([status, body['code']]).toEqual([400, 'BAD_REQUEST'])
    expect(body['detail']).toMatch(/not JSON/)
    expect(logPosition()).toBe(0)
  })

  test('a broken line of NDJSON is refused, and the lines around it count', async () => {
    await start()
    const lines = [JSON.stringify(clickOf(1, NOW)), '{"event_id": "e2", ', JSON.stringify(clickOf(3, NOW))]
    const answer = await events(lines.join('\n'), { 'content-type': 'application/x-ndjson' })
    expect(answer.body).toEqual({
      accepted: 2,
      duplicates: 0,
      refused: 1,
      results: [{ index: 1, status: 'refused', reason: 'bad_json' }],
      log_position: 2,
    })
  })

  test('a body that unpacks to 256 MiB is turned away before it is unpacked', async () => {
    await start()
    const bomb = gzipSync(Buffer.alloc(256 * 1024 ** 2))
    expect(bomb.length).toBeLessThan(300_000)
    const before = process.memoryUsage().rss
    const { status, body } = await events(bomb, { 'content-encoding': 'gzip' })
    expect([status, body['code']]).toEqual([413, 'PAYLOAD_TOO_LARGE'])
    expect(process.memoryUsage().rss - before).toBeLessThan(128 * 1024 ** 2)
  })

  test('more than 10,000 events are turned away as a whole; 10,000 are not', async () => {
    await start()
    const many = Array.from({ length: 10_001 }, (_, id) => clickOf(id, NOW))
    expect((await events(many)).body).toMatchObject({ code: 'PAYLOAD_TOO_LARGE', status: 413 })
    expect(logPosition()).toBe(0)
    expect((await events(many.slice(1))).body).toMatchObject({ accepted: 10_000 })
  })
})

describe('what nobody knows', () => {
  test('events of unknown products and customers count; answers do without them', async () => {
    await start()
    await events([productOf('mug', NOW)])
    const ghost = { customer_id: 'ghost', payload: { items: [{ item_id: 'phantom' }] } }
    expect((await events([clickOf(1, NOW, ghost), orderOf(1, NOW, { sku: 'phantom' })])).body).toMatchObject({
      accepted: 2,
    })
    const answer = await recommend({
      customer_id: 'never-seen',
      context: { page: 'product', sku: 'phantom' },
    })
    expect([answer.status, answer.body['items']]).toMatchObject([200, [{ sku: 'mug' }]])
    const similar = await fetch(`${running?.url}/v1/products/phantom/similar`)
    expect([similar.status, ((await similar.json()) as Answer['body'])['code']]).toEqual([
      404,
      'UNKNOWN_PRODUCT',
    ])
  })

  test('an empty catalogue has an empty answer', async () => {
    await start()
    const { status, body } = await recommend({ customer_id: 'ann', limit: 5 })
    expect([status, body['items'], body['model']]).toEqual([200, [], null])
  })
})

describe('a clock that jumps', () => {
  test('backwards loses nothing and counts nothing twice, also over a restart', async () => {
    await start()
    await events([productOf('mug', NOW), clickOf(1, NOW), clickOf(2, NOW)])
    now = NOW - 2 * HOUR_MS
    expect((await events([clickOf(1, NOW), clickOf(3, now)])).body).toMatchObject({
      accepted: 1,
      refused: 1,
      results: [{ index: 0, status: 'refused', reason: 'from_future' }],
    })
    expect((await recommend({ session_id: 's1' })).status).toBe(200)
    await stop()
    await start()
    expect((await events([clickOf(3, now)])).body).toMatchObject({ accepted: 0, duplicates: 1 })
    now = NOW
    expect((await events([clickOf(1, NOW), clickOf(2, NOW), clickOf(4, NOW)])).body).toMatchObject({
      accepted: 1,
      duplicates: 2,
    })
    expect(running?.shop.state.tiles('product_activity', ['mug']).map(({ values }) => values[0])).toContain(3)
    expect(logPosition()).toBe(5)
  })

  test('far ahead and back again still knows every id', async () => {
    await start()
    await events([clickOf(1, NOW)])
    now = NOW + 400 * DAY_MS
    await events([clickOf(2, now)])
    now = NOW
    expect((await events([clickOf(1, NOW)])).body).toMatchObject({ duplicates: 1 })
    await stop()
    await start()
    expect((await events([clickOf(1, NOW)])).body).toMatchObject({ duplicates: 1 })
  })
})

describe('a data folder', () => {
  test('takes one writer; the second start says who writes, and harms nothing', async () => {
    await start()
    const second = { dataDir, host: '127.0.0.1', port: 0, logger: silentLogger }
    await expect(serveShop(second)).rejects.toMatchObject({
      code: 'FOLDER_IN_USE',
      message: expect.stringContaining(String(process.pid)),
    })
    expect((await events([clickOf(1, NOW)])).body).toMatchObject({ accepted: 1 })
  })

  test('whose current model is damaged does not serve, and says which model it is', async () => {
    const version = await publish(1)
    await damage(version)
    await expect(start()).rejects.toMatchObject({
      code: 'CORRUPT_ARTEFACT',
      message: expect.stringContaining(version),
      remedy: expect.stringContaining('endcap train'),
    })
    // Nothing is left behind that would keep a repaired folder from being served.
    await publish(2)
    await start()
  })

  test('whose next model is damaged goes on with the one before, until a whole one is promoted', async () => {
    const first = await publish(1)
    await start()
    const models = artefactFolder(shopFolders(dataDir).models)
    const { version: broken } = await models.publish(servedModel(2))
    await damage(broken)
    await models.promote(broken)
    await new Promise((resolve) => setTimeout(resolve, 1500))
    expect((await recommend({})).body['model']).toMatchObject({ version: first })
    const third = await publish(3)
    await expect
      .poll(async () => (await recommend({})).body['model'], { timeout: 5000 })
      .toMatchObject({ version: third })
  })
})

async function publish(logPosition: number): Promise<string> {
  const models = artefactFolder(shopFolders(dataDir).models)
  const { version } = await models.publish(servedModel(logPosition))
  await models.promote(version)
  return version
}

/** Turns one byte of a model's weights. */
async function damage(version: string): Promise<void> {
  const path = join(shopFolders(dataDir).models, version, 'weights.bin')
  const bytes = await readFile(path)
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1)
  await writeFile(path, bytes)
}
