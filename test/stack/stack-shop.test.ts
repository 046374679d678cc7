import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openShopLog } from '../../src/cli/embedded-shop.ts'
import { serveShop } from '../../src/cli/serving/running-shop.ts'
import type { Stack } from '../../src/cli/stack/types.ts'
import { stackSettings } from '../../src/cli/streaming/stack-connection.ts'
import { openStackShop } from '../../src/cli/streaming/stack-shop.ts'
import { startStream, stopStream, streamStatus } from '../../src/cli/streaming/stream-job.ts'
import { silentLogger as logger } from '../../src/core/logger.ts'
import { withProofStack } from './proof-stack.ts'

let folder = ''
let stack: Stack

type Item = { readonly sku: string; readonly reasons?: readonly { readonly driver: string }[] }
type Answer = { readonly items?: readonly Item[]; readonly accepted?: number; readonly duplicates?: number }

const product = (sku: string) => ({
  sku,
  product_name: sku,
  category: 'Home',
  price_cents: 100,
  currency: 'GBP',
  updated_at: Date.now(),
})
const click = (id: string, sku: string) => ({
  event_id: id,
  event: 'view_item',
  occurred_at: Date.now(),
  session_id: id,
  payload: { items: [{ item_id: sku }] },
})

await withProofStack(
  (up) => {
    beforeAll(() => {
      stack = up()
      folder = mkdtempSync(join(tmpdir(), 'endcap-stack-shop-'))
    })
    afterAll(() => rmSync(folder, { recursive: true, force: true }))

    describe('a shop on Kafka and Flink', () => {
      test('answers what was clicked, also after its job was stopped and started and its server too', async () => {
        const dataDir = join(folder, 'shop')
        const settings = await stackSettings({
          runDir: stack.runDir,
          topicPrefix: `shop-${randomUUID().slice(0, 8)}.`,
        })
        const serve = (folderOf = dataDir) =>
          serveShop({
            dataDir: folderOf,
            port: 0,
            host: '127.0.0.1',
            logger,
            open: (shop) => openStackShop(shop, settings),
          })
        const started = await startStream(dataDir, settings)
        expect(started).toMatchObject({ state: 'RUNNING', part: 'g1', pace: 'live', savepoint: null })
        await expect(startStream(dataDir, settings)).rejects.toMatchObject({ code: 'USAGE' })

        const first = await serve()
        const post = async (url: string, path: string, body: object): Promise<Answer> => {
          const headers = { 'content-type': 'application/json' }
          const response = await fetch(`${url}${path}`, {
            method: 'POST',
            headers,
            body: JSON.stringify(body),
          })
          return (await response.json()) as Answer
        }
        const knows = async (url: string, session_id: string, sku: string): Promise<boolean> => {
          const { items = [] } = await post(url, '/v1/recommendations', { session_id, limit: 50 })
          return items.some(
            (item) => item.sku === sku && item.reasons?.some(({ driver }) => driver === 'history'),
          )
        }
        const soon = { timeout: 60_000, interval: 100 }
        const events = [product('mug'), product('jug'), click('s1', 'mug'), click('s1', 'mug')]
        expect(await post(first.url, '/v1/events', events)).toMatchObject({ accepted: 3, duplicates: 1 })
        await expect.poll(() => knows(first.url, 's1', 'mug'), soon).toBe(true)

        const stopped = await stopStream(dataDir, settings)
        expect(stopped).toMatchObject({ state: 'STOPPED', savepoint: expect.stringContaining('savepoint') })
        expect(await post(first.url, '/v1/events', [click('s2', 'jug')])).toMatchObject({ accepted: 1 })
        await first.close()

        // Before one record it catches up first, and goes over to live by a savepoint.
        const resumed = await startStream(dataDir, settings, 0)
        expect(resumed).toMatchObject({ state: 'RUNNING', part: 'g1', pace: 'live', savepoint: null })
        const second = await serve()
        try {
          expect(await knows(second.url, 's1', 'mug')).toBe(true)
          await expect.poll(() => knows(second.url, 's2', 'jug'), soon).toBe(true)
          expect(await post(second.url, '/v1/events', [click('s1', 'mug')])).toMatchObject({ duplicates: 1 })
          expect(await streamStatus(dataDir, settings)).toMatchObject({ refusals: {} })
          // Another process, with a state of its own from the same topics.
          const beside = await serve(join(folder, 'beside'))
          try {
            await expect.poll(() => knows(beside.url, 's2', 'jug'), soon).toBe(true)
            expect(await knows(beside.url, 's1', 'mug')).toBe(true)
            await expect.poll(() => beside.shop.state.hash(), soon).toBe(second.shop.state.hash())
          } finally {
            await beside.close()
          }
          const refused = await fetch(`${second.url}/v1/customers/c-1`, { method: 'DELETE' })
          expect([refused.status, await refused.json()]).toMatchObject([501, { code: 'NOT_SUPPORTED' }])
          await expect(openShopLog({ dataDir, readOnly: true })).rejects.toMatchObject({
            code: 'NOT_SUPPORTED',
          })
        } finally {
          await second.close()
          await stopStream(dataDir, settings)
        }
      })
    })
  },
  ['kafka', 'registry', 'flink'],
)
