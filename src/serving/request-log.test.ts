import { Writable } from 'node:stream'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { EndcapError } from '../core/errors.ts'
import { createServer } from './server.ts'

test('a fault of ours is logged with where it came from, and without what it may quote', async () => {
  const lines: string[] = []
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk))
      done()
    },
  })
  const app = await createServer({
    logger: pino({ level: 'info' }, sink),
    version: '0',
    routes: [
      (scope) => {
        scope.get('/bug', async () => {
          throw new Error('bug: no customer planted-id')
        })
        scope.get('/disk', async () => {
          throw new EndcapError('DATA_FOLDER', 'the log cannot be written', {
            cause: Object.assign(new Error('planted-id'), { code: 'ENOSPC' }),
          })
        })
        scope.get('/wait', async () => {
          throw new EndcapError('NOT_READY', 'not yet')
        })
      },
    ],
  })
  const bug = await app.inject('/bug')
  expect(bug.json()).toMatchObject({ status: 500, code: 'INTERNAL', detail: 'the request failed inside' })
  expect((await app.inject('/disk')).json()).toMatchObject({ status: 500, code: 'DATA_FOLDER' })
  expect((await app.inject('/wait')).statusCode).toBe(503)
  await app.close()
  expect(lines.join('')).not.toContain('planted-id')
  const [first, second, third] = lines.map((line): unknown => JSON.parse(line))
  expect(first).toMatchObject({
    level: 50,
    code: 'INTERNAL',
    route: '/bug',
    request_id: bug.json().request_id,
    fault: {
      type: 'Error',
      frames: expect.arrayContaining([expect.stringContaining('request-log.test.ts')]),
    },
  })
  expect(second).toMatchObject({
    level: 50,
    fault: { code: 'DATA_FOLDER', message: 'the log cannot be written', cause: { code: 'ENOSPC' } },
  })
  expect(third).toMatchObject({ level: 40, code: 'NOT_READY' })
})
