import type { FastifyInstance } from 'fastify'
import { afterEach, describe, expect, test } from 'vitest'
import { silentLogger } from '../../core/logger.ts'
import { createServer } from '../server.ts'
import type { KeySource } from './access-control.ts'
import { newKey, type StoredKey } from './api-key.ts'
import type { Scope } from './scopes.ts'

const keys = new Map<string, StoredKey>()
const source: KeySource = {
  keys,
  get hasKeys() {
    return keys.size > 0
  },
}
const keyFor = (...scopes: readonly Scope[]): string => {
  const { text, stored } = newKey({ scopes, name: null, createdAt: 0 })
  keys.set(stored.id, stored)
  return text
}
const routes = (app: FastifyInstance) => {
  const answer = async () => ({ ok: true })
  for (const scope of ['ingest', 'recommend', 'admin', 'erase', 'public'] as const) {
    app.get(`/${scope}`, { config: { scope }, schema: { summary: scope } }, answer)
  }
  app.get('/unsaid', answer)
}

let app: FastifyInstance
const open = async () => {
  keys.clear()
  app = await createServer({ logger: silentLogger, version: '0', routes: [routes], keys: source })
}
afterEach(() => app.close())

const get = (url: string, headers: Readonly<Record<string, string>> = {}) => app.inject({ url, headers })
const statuses = async (authorization: string) => {
  const urls = ['/ingest', '/recommend', '/admin', '/erase', '/public', '/unsaid']
  return Promise.all(urls.map(async (url) => (await get(url, { authorization })).statusCode))
}

describe('who may call', () => {
  test('without keys everything is open, to callers that address this machine as such', async () => {
    await open()
    expect((await get('/erase')).statusCode).toBe(200)
    expect((await get('/erase', { host: '127.0.0.1:8080' })).statusCode).toBe(200)
    const lured = await get('/erase', { host: 'evil.example:8080' })
    expect([lured.statusCode, lured.json().code]).toEqual([403, 'FORBIDDEN'])
    expect((await get('/public', { host: 'evil.example' })).statusCode).toBe(200)
  })

  test('behind a proxy that has `authorization` for itself, the key comes in x-api-key', async () => {
    await open()
    const authorization = 'Bearer of-the-proxy'
    const key = { authorization, 'x-api-key': keyFor('recommend') }
    expect((await get('/recommend', key)).statusCode).toBe(200)
    expect((await get('/ingest', key)).statusCode).toBe(403)
    const wrong = { authorization: `Bearer ${keyFor('recommend')}`, 'x-api-key': 'ek_none' }
    expect((await get('/recommend', wrong)).statusCode).toBe(401)
  })

  test('a key opens the routes of its scopes; a route that does not say needs admin', async () => {
    await open()
    expect(await statuses(`Bearer ${keyFor('ingest', 'recommend')}`)).toEqual([200, 200, 403, 403, 200, 403])
    expect(await statuses(`bearer ${keyFor('admin')}`)).toEqual([403, 403, 200, 403, 200, 200])
    expect(await statuses(`Bearer ${keyFor('erase')}`)).toEqual([403, 403, 403, 200, 200, 403])
    const shop = { host: 'shop.example', authorization: `Bearer ${keyFor('ingest')}` }
    expect((await get('/ingest', shop)).statusCode).toBe(200)
  })

  test('says why not, as a problem document with a challenge', async () => {
    await open()
    const key = keyFor('ingest')
    const none = await get('/ingest')
    expect(none.headers['content-type']).toMatch(/^application\/problem\+json/)
    expect(none.json()).toMatchObject({ status: 401, code: 'UNAUTHENTICATED', retryable: false })
    expect(none.headers['www-authenticate']).toBe('Bearer realm="endcap"')
    for (const authorization of [key, `Basic ${key}`, 'Bearer', 'Bearer nonsense', `Bearer ${key}x`]) {
      const wrong = await get('/ingest', { authorization })
      expect([wrong.statusCode, wrong.headers['www-authenticate']]).toEqual([
        401,
        'Bearer realm="endcap", error="invalid_token"',
      ])
      expect(wrong.body).not.toContain(key.slice(16))
    }
    const narrow = await get('/erase', { authorization: `Bearer ${key}` })
    expect(narrow.json()).toMatchObject({ status: 403, code: 'FORBIDDEN' })
    expect(narrow.headers['www-authenticate']).toBe(
      'Bearer realm="endcap", error="insufficient_scope", scope="erase"',
    )
  })

  test('a revoked key is refused at once', async () => {
    await open()
    const key = keyFor('ingest')
    for (const [id, stored] of keys) keys.set(id, { ...stored, revoked_at: 1 })
    expect((await statuses(`Bearer ${key}`))[0]).toBe(401)
  })

  test('OpenAPI says which scope a route needs, and is itself open', async () => {
    await open()
    keyFor('ingest')
    const document = (await get('/openapi.json')).json()
    expect(document.components.securitySchemes).toEqual({
      key: { type: 'http', scheme: 'bearer' },
      keyHeader: { type: 'apiKey', in: 'header', name: 'x-api-key' },
    })
    expect(document.paths['/ingest'].get.security).toEqual([{ key: ['ingest'] }, { keyHeader: ['ingest'] }])
    expect(document.paths['/public'].get).not.toHaveProperty('security')
  })

  test('unknown paths are unknown to everybody', async () => {
    await open()
    keyFor('ingest')
    expect((await get('/nope')).json()).toMatchObject({ status: 404, code: 'NOT_FOUND' })
  })
})
