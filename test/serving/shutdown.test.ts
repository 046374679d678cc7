import { mkdtempSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openShopLog, shopFolders } from '../../src/cli/embedded-shop.ts'
import { serveShop } from '../../src/cli/serving/running-shop.ts'
import { silentLogger } from '../../src/core/logger.ts'
import { artefactFolder } from '../../src/models/registry/folder/artefact-folder.ts'
import { servedModel } from './served-model.ts'
import { ServedShop } from './served-shop.ts'
import { clickOf, productOf } from './shop-events.ts'

let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'endcap-shutdown-'))
})
afterEach(() => rmSync(dataDir, { recursive: true }))

/** What a caller saw of one request; `none` if nobody listened any more. */
type Seen = {
  readonly status: number | 'none' | 'broken'
  readonly model?: string | null
  readonly code?: string
}

/** Calls again and again until it is told off. */
async function call(shop: ServedShop, caller: number, seen: Seen[]): Promise<void> {
  for (let turn = 0; ; turn += 1) {
    const one = await ask(shop, caller, turn)
    seen.push(one)
    if (one.status !== 200) return
  }
}

async function ask(shop: ServedShop, caller: number, turn: number): Promise<Seen> {
  try {
    const response =
      turn % 4 === 0
        ? await shop.post('/v1/events', clickOf(`${caller}-${turn}`, Date.now()))
        : await shop.post('/v1/recommendations', { session_id: 's1' })
    const body = (await response.json()) as { model?: { version: string } | null; code?: string }
    return {
      status: response.status,
      ...(body.model === undefined ? {} : { model: body.model?.version ?? null }),
      ...(body.code === undefined ? {} : { code: body.code }),
    }
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined
    const isRefused = cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED'
    return { status: isRefused ? 'none' : 'broken' }
  }
}

describe('a server under load', () => {
  test('swaps models and shuts down without a failed request', async () => {
    const models = artefactFolder(shopFolders(dataDir).models)
    const [first, second] = [await models.publish(servedModel(1)), await models.publish(servedModel(2))]
    await models.promote(first.version)
    const shop = await ServedShop.start({ dataDir })
    await shop.post('/v1/events', [productOf('mug', Date.now()), productOf('tea', Date.now())])
    const seen: Seen[] = []
    const served = (version: string) => seen.filter(({ model }) => model === version).length
    const callers = Array.from({ length: 8 }, (_, caller) => call(shop, caller, seen))
    const waiting = { timeout: 15_000, interval: 20 }
    await expect.poll(() => served(first.version), waiting).toBeGreaterThan(50)
    await models.promote(second.version)
    await expect.poll(() => served(second.version), waiting).toBeGreaterThan(50)
    shop.signal('SIGTERM')
    await Promise.all(callers)
    expect(await shop.ended()).toBe(0)
    // Answered, told that it is ending, or never connected: nothing else.
    const others = seen.filter(
      ({ status, code }) => status !== 200 && status !== 'none' && code !== 'NOT_READY',
    )
    expect(others).toEqual([])
    const switched = seen.flatMap(({ model }) => (model == null ? [] : [model]))
    expect(new Set(switched)).toEqual(new Set([first.version, second.version]))
  })

  test('finishes a request that had begun, refuses new ones, and loses no answered event', async () => {
    const running = await serveShop({
      dataDir,
      host: '127.0.0.1',
      port: 0,
      logger: silentLogger,
      farewell: { lingerMs: 2000, deadlineMs: 20_000 },
    })
    const { url } = running
    const begun = await rawPost(url, JSON.stringify(clickOf(1, Date.now())))
    const closed = running.close()
    expect((await fetch(`${url}/health/ready`)).status).toBe(503)
    expect((await fetch(`${url}/health/live`)).status).toBe(200)
    const refused = await fetch(`${url}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(clickOf(2, Date.now())),
    })
    expect([refused.status, refused.headers.get('connection'), refused.headers.get('retry-after')]).toEqual([
      503,
      'close',
      '1',
    ])
    expect(await refused.json()).toMatchObject({ code: 'NOT_READY', retryable: true })
    // Past the time at which new connections are answered.
    await sleep(2200)
    const answer = await begun.finish()
    expect(answer).toMatch(/^HTTP\/1\.1 200 /)
    expect(answer).toMatch(/connection: close/i)
    expect(answer).toContain('"accepted":1')
    await closed
    const log = await openShopLog({ dataDir, readOnly: true })
    expect(log.position).toBe(1)
    await log.close()
  })
})

/** A request whose headers and half of whose body have arrived. */
async function rawPost(url: string, body: string): Promise<{ readonly finish: () => Promise<string> }> {
  const { hostname, port } = new URL(url)
  const socket: Socket = connect(Number(port), hostname)
  let answer = ''
  socket.setEncoding('utf8').on('data', (text: string) => {
    answer += text
  })
  const half = Math.floor(body.length / 2)
  const head = [
    'POST /v1/events HTTP/1.1',
    'host: localhost',
    'content-type: application/json',
    `content-length: ${body.length}`,
    '',
    body.slice(0, half),
  ]
  await new Promise<void>((resolve) => socket.write(head.join('\r\n'), () => resolve()))
  await sleep(100)
  return {
    finish: async () => {
      const ended = new Promise((resolve) => socket.once('close', resolve))
      socket.write(body.slice(half))
      await ended
      return answer
    },
  }
}
