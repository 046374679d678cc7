import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Answer, type Asked, FakeService, listening } from '../../../test/cloud/fake-service.ts'
import type { RestService } from './rest-call.ts'
import { RestClient } from './rest-client.ts'

class Echo extends FakeService {
  protected override answer({ method, url, contentType, authorization, bytes }: Asked): Answer {
    const body = { method, path: url.pathname, contentType, authorization, text: bytes.toString('utf8') }
    return { status: 200, body }
  }
}

let echo: Echo
beforeAll(async () => {
  echo = await listening(new Echo())
})
afterAll(() => echo.close())
afterEach(() => {
  echo.planned.length = 0
})

const client = (changes: Partial<RestService> = {}) =>
  new RestClient({
    place: 'echo',
    address: echo.url,
    setting: { name: 'ECHO_URL', example: 'https://echo' },
    remedies: { 404: 'Check the path.' },
    unavailable: 'Check ECHO_URL.',
    errorText: () => null,
    retry: { retries: 2, pauseMs: 1, maxPauseMs: 5 },
    ...changes,
  })

const posting = { method: 'POST', path: '/do', body: { a: 1 }, what: 'do it' } as const

describe('a call', () => {
  test('has its prefix, its credentials and its body as JSON, bytes or a form', async () => {
    const echoing = client({ address: `${echo.url}/`, prefix: '/v1', authorization: async () => 'Bearer t' })
    expect(await echoing.json(posting)).toEqual({
      method: 'POST',
      path: '/v1/do',
      contentType: 'application/json',
      authorization: 'Bearer t',
      text: '{"a":1}',
    })
    const bytes = await echoing.json({ ...posting, method: 'PUT', body: Buffer.from('raw') })
    expect(bytes).toMatchObject({ contentType: 'application/octet-stream', text: 'raw' })
    const form = await echoing.json({ ...posting, body: new URLSearchParams({ a: 'b c' }) })
    expect(form).toMatchObject({ text: 'a=b+c' })
  })

  test('that may have been carried out is not repeated, unless that does no harm', async () => {
    for (const lost of [{ instead: 'reset' as const }, { status: 500 }, { status: 504 }]) {
      echo.planned.push(lost)
      const before = echo.exchanges.length
      await expect(client().json(posting), JSON.stringify(lost)).rejects.toMatchObject({
        code: 'ENGINE_UNAVAILABLE',
        remedy: 'Check ECHO_URL.',
      })
      expect(echo.exchanges.length - before).toBe('status' in lost ? 1 : 0)
      echo.planned.push(lost)
      await client().json({ ...posting, isRepeatable: true })
      echo.planned.push(lost)
      await client().json({ ...posting, method: 'PUT' })
    }
  })

  test('that was turned away is repeated, whatever it does', async () => {
    echo.planned.push({ status: 429 }, { status: 503 })
    expect(await client().json(posting)).toMatchObject({ path: '/do' })
  })

  test('to nowhere is repeated, and given up with the address', async () => {
    const gone = await listening(new Echo())
    const address = gone.url
    await gone.close()
    await expect(client({ address }).json(posting)).rejects.toThrow(
      `do it: nothing answers, 3 tries at ${address}`,
    )
  })

  test('that is refused has the status, the body and what to put right', async () => {
    echo.planned.push({ status: 404, text: '{"error":"none"}' })
    await expect(client().json(posting)).rejects.toMatchObject({
      code: 'ENGINE_FAILED',
      httpStatus: 404,
      body: { error: 'none' },
      message: 'echo: do it: HTTP 404: {"error":"none"}',
      remedy: 'Check the path.',
    })
  })
})
