import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { catalog } from '../../catalog/catalog.ts'
import { silentLogger } from '../../core/logger.ts'
import { memoryLog } from '../../event-log/memory/memory-log.ts'
import { memoryStateStore } from '../../features/online/memory-state-store.ts'
import { openOnlineState } from '../../features/online/online-state.ts'
import { startWriter, type Writer } from '../../features/stream/inprocess/writer.ts'
import { createServer } from '../server.ts'
import { eventRoutes } from './events.ts'

const NOW = Date.UTC(2026, 5, 15, 12)
let app: Awaited<ReturnType<typeof createServer>>
let writer: Writer

beforeEach(async () => {
  const state = await openOnlineState({ catalog, store: memoryStateStore() })
  const log = memoryLog(catalog.sources)
  writer = await startWriter({ catalog, log, state, clock: () => NOW, logger: silentLogger })
  app = await createServer({ logger: silentLogger, version: '0.0.0', routes: [eventRoutes(writer)] })
})

afterEach(async () => {
  await app.close()
  await writer.close()
})

const click = (id: number) => ({
  event_id: `e${id}`,
  event: 'view_item',
  occurred_at: NOW,
  session_id: 's1',
  payload: { items: [{ item_id: 'mug' }] },
})

const post = (
  payload: string | Buffer,
  headers: Record<string, string> = { 'content-type': 'application/json' },
) => app.inject({ method: 'POST', url: '/v1/events', headers, payload })

describe('POST /v1/events', () => {
  test('says of each event what became of it, on the wire', async () => {
    const bad = { ...click(2), session_id: 'a b' }
    const response = await post(JSON.stringify([click(1), click(1), bad, { what: 1 }]))
    expect(response.statusCode).toBe(200)
    expect(response.json()).toEqual({
      accepted: 1,
      duplicates: 1,
      refused: 2,
      results: [
        { index: 1, status: 'duplicate' },
        { index: 2, status: 'refused', reason: 'bad_id', field: 'session_id' },
        { index: 3, status: 'refused', reason: 'unknown_topic' },
      ],
      log_position: 1,
    })
  })

  test.each([
    ['an array', JSON.stringify([click(1), click(2)]), 'application/json'],
    [
      'a member `events`',
      JSON.stringify({ events: [click(1), click(2)] }),
      'application/json; charset=utf-8',
    ],
    ['lines', `${JSON.stringify(click(1))}\n${JSON.stringify(click(2))}\n`, 'application/x-ndjson'],
  ])('takes %s, packed or not', async (_what, body, type) => {
    expect((await post(body, { 'content-type': type })).json()).toMatchObject({ accepted: 2 })
    const packed = { 'content-type': type, 'content-encoding': 'gzip' }
    expect((await post(gzipSync(body), packed)).json()).toMatchObject({ duplicates: 2 })
  })

  test('takes one event', async () => {
    expect((await post(JSON.stringify(click(1)))).json()).toMatchObject({ accepted: 1, log_position: 1 })
  })

  test.each([
    ['no JSON', '{', { 'content-type': 'application/json' }, 400, 'BAD_REQUEST'],
    ['no gzip', 'x', { 'content-type': 'application/json', 'content-encoding': 'gzip' }, 400, 'BAD_REQUEST'],
    [
      'an encoding that is not known',
      'x',
      { 'content-type': 'application/json', 'content-encoding': 'br' },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    ['another media type', 'a,b', { 'content-type': 'text/csv' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    [
      'too many events',
      `[${'1,'.repeat(10_000)}1]`,
      { 'content-type': 'application/json' },
      413,
      'PAYLOAD_TOO_LARGE',
    ],
    [
      'too many bytes',
      ' '.repeat(8 * 1024 * 1024 + 1),
      { 'content-type': 'application/json' },
      413,
      'PAYLOAD_TOO_LARGE',
    ],
  ])('refuses %s with a problem document', async (_what, body, headers, status, code) => {
    const response = await post(body, headers)
    expect([response.statusCode, response.json().code]).toEqual([status, code])
    expect(response.headers['content-type']).toMatch(/application\/problem\+json/)
  })

  test('refuses a body that unpacks to too much', async () => {
    const bomb = gzipSync(Buffer.alloc(9 * 1024 * 1024, ' '))
    const response = await post(bomb, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
    expect([response.statusCode, response.json().code]).toEqual([413, 'PAYLOAD_TOO_LARGE'])
  })

  test('answers 503 once the writer is closed', async () => {
    await writer.close()
    expect((await post('[]')).json()).toMatchObject({ status: 503, code: 'NOT_READY', retryable: true })
  })

  test('is described for clients', async () => {
    const document = (await app.inject('/openapi.json')).json()
    const { post: operation } = document.paths['/v1/events']
    expect(Object.keys(operation.requestBody.content)).toEqual(['application/json', 'application/x-ndjson'])
    expect(JSON.stringify(operation.requestBody)).toContain('OrderLine')
  })
})
