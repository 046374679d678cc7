import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { shopFolders } from '../../src/cli/embedded-shop.ts'
import { rebuild } from '../../src/cli/keeping/rebuild.ts'
import { ServedShop } from './served-shop.ts'
import { clickOf, productOf } from './shop-events.ts'

const folder = mkdtempSync(join(tmpdir(), 'endcap-damage-'))
const dataDir = join(folder, 'shop')
afterAll(() => rmSync(folder, { recursive: true }))

const PAGE = 4096

/** Empties every page of an environment's file behind the two that say what it is. */
function damage(environment: string): void {
  const path = join(environment, 'data.mdb')
  const file = openSync(path, 'r+')
  const bytes = statSync(path).size - 2 * PAGE
  writeSync(file, Buffer.alloc(bytes), 0, bytes, 2 * PAGE)
  closeSync(file)
}

const failureOf = (start: Promise<ServedShop>): Promise<string> =>
  start.then(
    async (shop) => `started, then ${await shop.stop()}`,
    (error: Error) => `did not start: ${error.message}`,
  )

test('a state whose pages are damaged is never served; rebuild makes the same one again from the log', async () => {
  const now = Date.now()
  const first = await ServedShop.start({ dataDir })
  const ids = Array.from({ length: 2000 }, (_, id) => id)
  const clicks = ids.map((id) => clickOf(id, now, { session_id: `s${id % 500}` }))
  expect((await first.post('/v1/events', [productOf('mug', now), ...clicks])).status).toBe(200)
  const answer = async (shop: ServedShop) => {
    const body = (await (
      await shop.post('/v1/recommendations', { session_id: 's7', as_of: now })
    ).json()) as {
      readonly items: unknown
      readonly log_position: number
    }
    return { items: body.items, position: body.log_position }
  }
  const before = await answer(first)
  expect(before).toMatchObject({ position: 2001, items: [{ sku: 'mug' }] })
  expect(await first.stop()).toBe(0)
  damage(shopFolders(dataDir).state)
  expect(await failureOf(ServedShop.start({ dataDir }))).toMatch(/^did not start/)
  expect((await rebuild({ dataDir })).logPosition).toBe(2001)
  const again = await ServedShop.start({ dataDir })
  expect(await answer(again)).toEqual(before)
  expect(await again.stop()).toBe(0)
}, 60_000)

test('a log whose pages are damaged is not served either', async () => {
  damage(shopFolders(dataDir).log)
  expect(await failureOf(ServedShop.start({ dataDir }))).toMatch(/^did not start/)
})
