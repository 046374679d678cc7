import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, type TestContext, test } from 'vitest'
import { ServedShop } from '../serving/served-shop.ts'
import { clickOf } from '../serving/shop-events.ts'

const folder = mkdtempSync(join(tmpdir(), 'endcap-disk-'))
const dataDir = join(folder, 'shop')
const mount = (options: string) =>
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'endcap-test', folder])
let obstacle: string | null = null

beforeAll(() => {
  try {
    mount('size=16m')
  } catch (error) {
    obstacle = `a small file system cannot be mounted here (needs root on Linux): ${String(error).split('\n')[0]}`
  }
})
afterAll(() => {
  if (obstacle === null) execFileSync('umount', ['-l', folder])
  rmSync(folder, { recursive: true, force: true })
})

const needsMount = (context: TestContext) => {
  if (obstacle !== null) context.skip(true, obstacle)
}

/** Sends bodies until one is not taken. @returns ids of the events that were answered, and the answer that was not */
async function fill(shop: ServedShop) {
  const taken: string[] = []
  for (let body = 0; body < 2000; body += 1) {
    const ids = Array.from({ length: 100 }, (_, event) => `${body}-${event}`)
    const response = await shop.post(
      '/v1/events',
      ids.map((id) => clickOf(id, Date.now(), { session_id: `s${id}` })),
    )
    if (response.status !== 200) return { taken, response }
    await response.json()
    taken.push(...ids)
  }
  throw new Error('the disk did not fill')
}

describe('the disk', () => {
  test('full: says so, takes nothing more, goes on answering, and has kept all that it answered', async (context) => {
    needsMount(context)
    const shop = await ServedShop.start({ dataDir })
    const { taken, response } = await fill(shop)
    expect(taken.length).toBeGreaterThan(1000)
    expect([response.status, await response.json()]).toMatchObject([500, { code: 'DATA_FOLDER' }])
    const again = await shop.post('/v1/events', clickOf('later', Date.now()))
    expect(await again.json()).toMatchObject({
      code: 'DATA_FOLDER',
      remedy: expect.stringContaining('free space'),
    })
    expect((await shop.get('/health/ready')).status).toBe(503)
    expect((await shop.get('/health/live')).status).toBe(200)
    expect((await shop.post('/v1/recommendations', {})).status).toBe(200)
    await shop.stop()
    mount('remount,size=256m')
    const after = await ServedShop.start({ dataDir })
    for (let from = 0; from < taken.length; from += 5000) {
      const ids = taken.slice(from, from + 5000)
      const resent = await after.post(
        '/v1/events',
        ids.map((id) => clickOf(id, Date.now(), { session_id: `s${id}` })),
      )
      expect(await resent.json()).toMatchObject({ accepted: 0, duplicates: ids.length })
    }
    expect(await (await after.post('/v1/events', clickOf('new', Date.now()))).json()).toMatchObject({
      accepted: 1,
    })
    expect(await after.stop()).toBe(0)
  })

  test('read-only: the start says so, without a stack', async (context) => {
    needsMount(context)
    mount('remount,ro')
    const failure = await ServedShop.start({ dataDir }).then(
      async (shop) => `started, then ${await shop.stop()}`,
      (error: Error) => error.message,
    )
    expect(failure).toMatch(/^endcap: DATA_FOLDER: /)
    expect(failure).toMatch(/what to do: .*permissions/)
    expect(failure).not.toMatch(/\n +at /)
  })
})
