import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { catalog } from '../../catalog/catalog.ts'
import { silentLogger } from '../../core/logger.ts'
import type { EventLog } from '../../event-log/contract/event-log.ts'
import { memoryLog } from '../../event-log/memory/memory-log.ts'
import { memoryStateStore } from '../../features/online/memory-state-store.ts'
import { openOnlineState } from '../../features/online/online-state.ts'
import { startWriter, type Writer } from '../../features/stream/inprocess/writer.ts'
import { newKey } from '../../serving/access/api-key.ts'
import { eventRoutes } from '../../serving/routes/events.ts'
import { createServer, type ServerOptions } from '../../serving/server.ts'
import { httpSink } from './http-sink.ts'
import { tellShop } from './tell-shop.ts'

const NOW = Date.UTC(2026, 5, 15, 12)
const shop = { products: 40, customers: 80, days: 6, seed: 3, endAt: NOW }

let log: EventLog
let writer: Writer
let app: FastifyInstance | undefined

beforeEach(async () => {
  const state = await openOnlineState({ catalog, store: memoryStateStore() })
  log = memoryLog(catalog.sources)
  writer = await startWriter({ catalog, log, state, clock: () => NOW, logger: silentLogger })
})
afterEach(async () => {
  await app?.close()
  await writer.close()
})

async function listen(options: Partial<ServerOptions> = {}): Promise<string> {
  app = await createServer({
    logger: silentLogger,
    version: '0.0.0',
    routes: [eventRoutes(writer)],
    ...options,
  })
  return app.listen({ port: 0, host: '127.0.0.1' })
}

const tell = (url: string, more: { readonly apiKey?: string; readonly giveUpMs?: number } = {}) =>
  tellShop({ shop, openSink: () => httpSink({ url, ...more }), truthTo: null })

describe('a shop told to a running server', () => {
  test('is in its log but for the duplicates; told again it is all duplicates', async () => {
    const url = await listen()
    const { counts, outcomes } = await tell(`${url}/`)
    const sum = Object.values(counts.topics).reduce((total, count) => total + count, 0)
    expect(sum).toBeGreaterThan(500)
    const duplicates = counts.planted['duplicate'] ?? 0
    expect(outcomes).toEqual({ accepted: sum - duplicates, duplicates, refused: 0, refusals: {} })
    expect(log.position).toBe(sum - duplicates)
    expect((await tell(url)).outcomes).toEqual({ accepted: 0, duplicates: sum, refused: 0, refusals: {} })
  })

  test('waits while the server has no room, and loses nothing', async () => {
    let turnedAway = 0
    const url = await listen({
      observe: (server) => {
        server.addHook('onRequest', async (_request, reply) => {
          turnedAway += 1
          if (turnedAway <= 2)
            await reply.code(turnedAway === 1 ? 503 : 429).send({ code: 'NOT_READY', detail: 'full' })
        })
      },
    })
    const { counts, outcomes } = await tell(url)
    expect(turnedAway).toBeGreaterThan(2)
    const sum = Object.values(counts.topics).reduce((total, count) => total + count, 0)
    expect(outcomes?.accepted).toBe(sum - (counts.planted['duplicate'] ?? 0))
  })

  test('counts what is refused by its reason: what happened more than a week ago', async () => {
    const url = await listen()
    const old = { ...shop, endAt: NOW - 30 * 86_400_000 }
    const { outcomes } = await tellShop({ shop: old, openSink: () => httpSink({ url }), truthTo: null })
    expect(outcomes?.refused).toBeGreaterThan(300)
    expect(outcomes?.refusals).toEqual({ too_late: outcomes?.refused })
  })

  test('needs a key where the server asks for one', async () => {
    const { text, stored } = newKey({ scopes: ['ingest'], name: 'till', createdAt: 0 })
    const url = await listen({ keys: { keys: new Map([[stored.id, stored]]), hasKeys: true } })
    await expect(tell(url)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    expect((await tell(url, { apiKey: text })).outcomes?.refused).toBe(0)
  })

  test('says where nobody answers, at once', async () => {
    const url = await listen()
    await app?.close()
    await expect(tell(url)).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: expect.stringContaining(`${url}/v1/events`),
    })
  })
})
