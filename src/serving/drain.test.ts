import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { silentLogger } from '../core/logger.ts'
import { closeGracefully, Drain } from './drain.ts'
import { createServer } from './server.ts'

let release = () => {}
afterEach(() => release())

async function open(drain: Drain) {
  const app = await createServer({
    logger: silentLogger,
    version: '0',
    drain,
    routes: [
      (scope) => {
        scope.get('/stuck', async () => {
          await new Promise<void>((resolve) => {
            release = resolve
          })
          return 'late'
        })
      },
    ],
  })
  return { app, url: await app.listen({ host: '127.0.0.1', port: 0 }) }
}

describe('a server', () => {
  test('that is asked to close cuts off what is not done at the deadline', async () => {
    const drain = new Drain()
    const { app, url } = await open(drain)
    const stuck = fetch(`${url}/stuck`).then(
      () => 'answered',
      () => 'cut off',
    )
    await new Promise((resolve) => setTimeout(resolve, 100))
    const startedAt = performance.now()
    await closeGracefully(app, drain, { lingerMs: 10, deadlineMs: 300 })
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(290)
    expect(performance.now() - startedAt).toBeLessThan(3000)
    expect(await stuck).toBe('cut off')
  })

  test('answers what is not HTTP with a problem document', async () => {
    const drain = new Drain()
    const { app, url } = await open(drain)
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    let answer = ''
    socket.setEncoding('utf8').on('data', (text: string) => {
      answer += text
    })
    socket.write('GARBAGE\r\n\r\n')
    await once(socket, 'close')
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\ncontent-type: application\/problem\+json/)
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ code: 'BAD_REQUEST', status: 400 })
    await closeGracefully(app, drain, { lingerMs: 0, deadlineMs: 300 })
  })
})
