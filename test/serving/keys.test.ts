import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { shopFolders } from '../../src/cli/embedded-shop.ts'
import { newKey } from '../../src/serving/access/api-key.ts'
import { changeKeys } from '../../src/serving/access/key-file.ts'
import type { Scope } from '../../src/serving/access/scopes.ts'
import { ServedShop } from './served-shop.ts'
import { productOf } from './shop-events.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'endcap-access-'))
afterAll(() => rmSync(dataDir, { recursive: true }))

const makeKey = (scope: Scope) => {
  const { text, stored } = newKey({ scopes: [scope], name: scope, createdAt: 0 })
  changeKeys(shopFolders(dataDir).keys, (keys) => [...keys, stored])
  return { id: stored.id, headers: { authorization: `Bearer ${text}` } }
}

test('a server that others can reach asks for keys, sees new and revoked ones, and never opens', async () => {
  const ingest = makeKey('ingest')
  const shop = await ServedShop.start({ dataDir, words: ['--host', '0.0.0.0', '--rate-limit', '100/s'] })
  const statuses = async (headers: Readonly<Record<string, string>>) => {
    const answers = await Promise.all([
      shop.post('/v1/events', productOf('mug', Date.now()), headers),
      shop.post('/v1/recommendations', {}, headers),
      shop.get('/v1/products/mug/similar', headers),
      shop.get('/metrics', headers),
      shop.get('/health/ready', headers),
      shop.get('/openapi.json', headers),
    ])
    return answers.map(({ status }) => status)
  }
  try {
    expect(await statuses({})).toEqual([401, 401, 401, 401, 200, 200])
    expect(await statuses(ingest.headers)).toEqual([200, 403, 403, 403, 200, 200])
    const [recommend, admin] = [makeKey('recommend'), makeKey('admin')]
    await expect
      .poll(async () => (await statuses(recommend.headers))[1], { timeout: 3000, interval: 200 })
      .toBe(200)
    // No model yet: the caller may ask, the answer is that there is none.
    expect(await statuses(recommend.headers)).toEqual([403, 200, 503, 403, 200, 200])
    expect(await statuses(admin.headers)).toEqual([403, 403, 403, 200, 200, 200])
    changeKeys(shopFolders(dataDir).keys, (keys) => keys.map((key) => ({ ...key, revoked_at: 1 })))
    await expect
      .poll(async () => (await statuses(ingest.headers))[0], { timeout: 3000, interval: 200 })
      .toBe(401)
    rmSync(shopFolders(dataDir).keys)
    await new Promise((resolve) => setTimeout(resolve, 700))
    expect(await statuses(ingest.headers)).toEqual([401, 401, 401, 401, 200, 200])
    const burst = await Promise.all(Array.from({ length: 400 }, () => shop.get('/metrics')))
    expect(new Set(burst.map(({ status }) => status))).toEqual(new Set([401, 429]))
  } finally {
    expect(await shop.stop()).toBe(0)
  }
})
