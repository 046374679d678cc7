import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import {
  ENVIRONMENT,
  FakeFlinkGateway,
  KEY,
  ORGANIZATION,
  SECRET,
} from '../../../../../test/cloud/confluent/fake-flink-gateway.ts'
import { EndcapError } from '../../../../core/errors.ts'
import type { ConfluentConnection } from './confluent-connection.ts'
import { ConfluentStatements } from './confluent-statements.ts'

let gateway: FakeFlinkGateway
beforeAll(async () => {
  gateway = await FakeFlinkGateway.start()
})
afterAll(() => gateway.close())
afterEach(() => {
  gateway.planned.length = 0
})

const QUICK = { retries: 3, pauseMs: 1, maxPauseMs: 20 }
const FAST = { pollMs: 1, timeoutMs: 5000 }

const client = (changes: Partial<ConfluentConnection> = {}) =>
  new ConfluentStatements({
    endpoint: gateway.url,
    organizationId: ORGANIZATION,
    environmentId: ENVIRONMENT,
    apiKey: KEY,
    apiSecret: SECRET,
    retry: QUICK,
    ...changes,
  })

const problem = async (work: Promise<unknown>): Promise<EndcapError> => {
  const error = await work.then(
    () => null,
    (cause: unknown) => cause,
  )
  if (error instanceof EndcapError) return error
  throw new Error(`no EndcapError: ${String(error)}`)
}

const INSERT = 'INSERT INTO `t` (`a`)\nSELECT\n  `a`\nFROM `s`'

describe('a statement at Confluent', () => {
  test('is submitted, runs, stops with its state, goes on and is deleted', async () => {
    const statements = client()
    const submitted = await statements.submit({
      name: 'life',
      sql: INSERT,
      properties: { 'sql.local-time-zone': 'UTC' },
      computePoolId: 'lfcp-1',
      principal: 'sa-1',
    })
    expect(submitted).toEqual({
      name: 'life',
      sql: INSERT,
      phase: 'PENDING',
      detail: '',
      stopped: false,
      computePoolId: 'lfcp-1',
      principal: 'sa-1',
    })
    expect((await statements.wait('life', FAST)).phase).toBe('RUNNING')
    expect(await statements.stop('life', FAST)).toMatchObject({ phase: 'STOPPED', stopped: true })
    expect(await statements.resume('life', FAST)).toMatchObject({ phase: 'RUNNING', stopped: false })
    await statements.delete('life')
    await statements.delete('life')
    expect((await problem(statements.get('life'))).message).toContain('HTTP 404')
  })

  test('that is submitted again is the same one; another text under its name is refused', async () => {
    const statements = client()
    await statements.submit({ name: 'twice', sql: INSERT })
    expect((await statements.submit({ name: 'twice', sql: INSERT })).sql).toBe(INSERT)
    const error = await problem(statements.submit({ name: 'twice', sql: `${INSERT} WHERE TRUE` }))
    expect(error.message).toContain('HTTP 409')
    expect(error.remedy).toContain('names end with the hash')
  })

  test('whose answer was lost on the way is found when it is submitted again', async () => {
    gateway.planned.push({ instead: 'reset', carriedOut: true })
    expect(await client().submit({ name: 'lost', sql: INSERT })).toMatchObject({ name: 'lost', sql: INSERT })
  })

  test('that fails says why, in the words of the service', async () => {
    const statements = client()
    await statements.submit({ name: 'broken', sql: 'INSERT INTO `fails` (`a`)\nSELECT `a` FROM `s`' })
    const error = await problem(statements.wait('broken', FAST))
    expect(error.code).toBe('ENGINE_FAILED')
    expect(error.message).toContain(`'broken' failed: Table \`fails\` does not exist`)
    expect(await statements.exceptions('broken')).toEqual([
      {
        name: 'java.lang.RuntimeException',
        message: 'java.lang.RuntimeException: Table `fails` does not exist',
        timestamp: '2025-11-10T16:20:00Z',
      },
    ])
  })

  test('that somebody else has changed meanwhile is stopped all the same', async () => {
    const statements = client()
    await statements.submit({ name: 'shared', sql: INSERT })
    await statements.wait('shared', FAST)
    // The first read is planned, so that the version is an old one when the update comes.
    const before = gateway.exchanges.length
    const stopping = statements.stop('shared', FAST)
    gateway.touch('shared')
    expect((await stopping).phase).toBe('STOPPED')
    expect(gateway.exchanges.length).toBeGreaterThan(before)
  })

  test('does not become what is waited for: the wait ends', async () => {
    const statements = client()
    await statements.submit({ name: 'slow', sql: INSERT })
    const error = await problem(statements.wait('slow', { until: ['COMPLETED'], pollMs: 1, timeoutMs: 20 }))
    expect(error.code).toBe('TIMEOUT')
    expect(error.message).toContain(`'slow' is RUNNING after 20 ms, not COMPLETED`)
  })

  test('is one of a list, however many pages it has', async () => {
    const statements = client()
    for (let number = 0; number < 120; number++)
      await statements.submit({ name: `many-${number}`, sql: INSERT })
    const names: string[] = []
    for await (const { name } of statements.list()) names.push(name)
    expect(names.filter((name) => name.startsWith('many-'))).toHaveLength(120)
  })
})

describe('a service that is not well', () => {
  test('is asked again after the pause that it names', async () => {
    const started = performance.now()
    gateway.planned.push({ status: 429, headers: { 'retry-after': '1' }, text: '' })
    const statements = client({ retry: { ...QUICK, maxPauseMs: 60 } })
    await statements.submit({ name: 'patient', sql: INSERT })
    expect(performance.now() - started).toBeGreaterThan(50)
  })

  test('is given up after the tries, with what it said last and where it is set', async () => {
    for (let number = 0; number < 4; number++)
      gateway.planned.push({ status: 503, text: '{"errors":[{"title":"Down","detail":"for maintenance"}]}' })
    const error = await problem(client().get('any'))
    expect(error.code).toBe('ENGINE_UNAVAILABLE')
    expect(error.message).toContain('HTTP 503: Down: for maintenance, 4 tries')
    expect(error.remedy).toContain('FLINK_REST_ENDPOINT')
  })

  test('does not answer: the try ends, and the caller can end the wait', async () => {
    for (let number = 0; number < 4; number++) gateway.planned.push({ instead: 'silence' })
    expect((await problem(client({ timeoutMs: 30 }).get('any'))).message).toContain('no answer within 30 ms')
    gateway.planned.push({ instead: 'silence' })
    const reason = new Error('enough')
    const abort = new AbortController()
    setTimeout(() => abort.abort(reason), 20)
    await expect(client().get('any', abort.signal)).rejects.toBe(reason)
  })

  test('is not asked again when it has refused, and the setting to put right is named', async () => {
    const before = gateway.exchanges.length
    const error = await problem(client({ apiSecret: 'wrong' }).get('any'))
    expect(gateway.exchanges.length).toBe(before + 1)
    expect(error.message).toContain('HTTP 401')
    expect(error.remedy).toContain('FLINK_API_KEY and FLINK_API_SECRET')
  })

  test('repeats the key in its answer, and no error has it', async () => {
    const encoded = Buffer.from(`${KEY}:${SECRET}`).toString('base64')
    gateway.planned.push({ status: 400, text: `bad header Basic ${encoded} of ${KEY} with ${SECRET}` })
    const error = await problem(client().get('any'))
    const shown = `${error.message} ${error.remedy} ${JSON.stringify(error)} ${error.stack}`
    for (const secret of [KEY, SECRET, encoded]) expect(shown).not.toContain(secret)
    expect(error.message).toContain('bad header Basic *** of *** with ***')
  })

  test('is no service at all', async () => {
    const error = await problem(client({ endpoint: 'http://127.0.0.1:1' }).get('any'))
    expect(error.message).toContain('nothing answers, 4 tries at http://127.0.0.1:1')
    expect((await problem(client({ endpoint: 'flink' }).get('any'))).place).toBe('FLINK_REST_ENDPOINT')
    gateway.planned.push({ status: 200, text: '<html>' })
    expect((await problem(client().get('any'))).message).toContain('the answer is no JSON')
  })
})
