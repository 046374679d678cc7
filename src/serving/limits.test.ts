import { once } from 'node:events'
import { connect } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { afterEach, describe, expect, test } from 'vitest'
import { silentLogger } from '../core/logger.ts'
import { newKey } from './access/api-key.ts'
import { limitInFlight } from './limits.ts'
import { createServer, type RoutePlugin } from './server.ts'

let app: FastifyInstance
const open = async (route: RoutePlugin, options: { readonly rate?: number } = {}) => {
  app = await createServer({
    logger: silentLogger,
    version: '0',
    routes: [route],
    rateLimitPerSecond: options.rate ?? 0,
    keys: { keys: new Map(KEYS.map(({ stored }) => [stored.id, stored])), hasKeys: true },
  })
}
afterEach(() => app.close())

const KEYS = ['one', 'two'].map((name) => newKey({ scopes: ['recommend'], name, createdAt: 0 }))
const bearer = (number: number) => ({ authorization: `Bearer ${KEYS[number]?.text}` })
const quick: RoutePlugin = (scope) => {
  scope.get('/quick', { config: { scope: 'recommend' } }, async () => 'ok')
  scope.get('/health/live', { config: { scope: 'public' } }, async () => 'ok')
}

describe('the rate limit', () => {
  test('turns away what is too much of one key, and nobody else', async () => {
    await open(quick, { rate: 5 })
    const ask = (headers: Readonly<Record<string, string>>, url = '/quick') => app.inject({ url, headers })
    const statuses = []
    for (let turn = 0; turn < 7; turn += 1) statuses.push((await ask(bearer(0))).statusCode)
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429])
    const over = await ask(bearer(0))
    expect(over.headers['content-type']).toMatch(/^application\/problem\+json/)
    expect(over.headers['retry-after']).toMatch(/^[01]$/)
    expect(over.json()).toMatchObject({ code: 'RATE_LIMITED', retryable: true, status: 429 })
    expect((await ask(bearer(1))).statusCode).toBe(200)
    expect((await ask(bearer(0), '/health/live')).statusCode).toBe(200)
    await expect.poll(async () => (await ask(bearer(0))).statusCode, { timeout: 3000 }).toBe(200)
  })

  test('counts callers without a key by address, also those that guess keys and paths', async () => {
    await open(quick, { rate: 3 })
    const ask = async (url: string, remoteAddress: string) =>
      (await app.inject({ url, remoteAddress, headers: { authorization: 'Bearer guess' } })).statusCode
    expect(await ask('/quick', '10.0.0.1')).toBe(401)
    expect(await ask('/nope', '10.0.0.1')).toBe(404)
    expect(await ask('/quick', '10.0.0.1')).toBe(401)
    expect(await ask('/quick', '10.0.0.1')).toBe(429)
    expect(await ask('/nope', '10.0.0.1')).toBe(429)
    expect(await ask('/quick', '10.0.0.2')).toBe(401)
  })
})

test('so many requests of a kind may be under way; the next is told to come back, and then served', async () => {
  const gate = Promise.withResolvers<void>()
  await open((scope) => {
    const options = { config: { scope: 'recommend' }, onRequest: limitInFlight(2) } as const
    scope.get('/slow', options, async () => {
      await gate.promise
      return 'ok'
    })
  })
  const ask = () => app.inject({ url: '/slow', headers: bearer(0) })
  const first = [ask(), ask()]
  await new Promise((resolve) => setTimeout(resolve, 20))
  const third = await ask()
  expect([third.statusCode, third.headers['retry-after'], third.json().code]).toEqual([503, '1', 'NOT_READY'])
  gate.resolve()
  expect((await Promise.all(first)).map(({ statusCode }) => statusCode)).toEqual([200, 200])
  expect((await ask()).statusCode).toBe(200)
})

describe('a request', () => {
  const openFor = async (timeoutMs: number) => {
    app = await createServer({
      logger: silentLogger,
      version: '0',
      timeoutMs,
      routes: [
        (scope) => {
          scope.get('/never', () => new Promise(() => {}))
          scope.post('/echo', async ({ body }) => body)
        },
      ],
    })
    return new URL(await app.listen({ host: '127.0.0.1', port: 0 }))
  }

  test('that is not answered in time is told to come back', async () => {
    const url = await openFor(200)
    const response = await fetch(new URL('/never', url))
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1'])
    expect(await response.json()).toMatchObject({ code: 'NOT_READY', retryable: true })
  })

  test('that does not arrive in time is ended with a problem document', async () => {
    const url = await openFor(200)
    const socket = connect(Number(url.port), '127.0.0.1')
    let answer = ''
    socket.setEncoding('utf8').on('data', (text: string) => {
      answer += text
    })
    socket.write(
      'POST /echo HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{',
    )
    await once(socket, 'close')
    expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\ncontent-type: application\/problem\+json/)
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ code: 'TIMEOUT', retryable: true })
  })
})
