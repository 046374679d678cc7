import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Execute, WAREHOUSE } from '../../../../test/cloud/databricks/fake-warehouse.ts'
import { FakeWorkspace, TOKEN } from '../../../../test/cloud/databricks/fake-workspace.ts'
import { databricksWorkspace } from '../../../cli/databricks/workspace.ts'
import { EndcapError } from '../../../core/errors.ts'
import type { WarehouseConnection } from './warehouse-connection.ts'
import { warehouseSql } from './warehouse-sql.ts'

const QUICK = { retry: { retries: 2, pauseMs: 1, maxPauseMs: 5 }, timeoutMs: 2000 }

let workspace: FakeWorkspace
beforeAll(async () => {
  workspace = await FakeWorkspace.start()
})
afterAll(() => workspace.close())
beforeEach(() => {
  workspace.planned.length = 0
  workspace.exchanges.length = 0
  workspace.warehouse.cancelled.length = 0
  workspace.warehouse.looks = 2
  workspace.warehouse.execute = numbers
})

/** As many rows as the statement says. */
const numbers: Execute = async (sql) => ({
  columns: [
    { name: 'n', type_name: 'LONG' },
    { name: 'word', type_name: 'STRING' },
  ],
  rows: Array.from({ length: Number(/\d+/.exec(sql)?.[0] ?? 0) }, (_, n) => [
    String(n),
    n % 2 === 0 ? `w${n}` : null,
  ]),
})

const connection = (changes: Partial<WarehouseConnection> = {}): WarehouseConnection => ({
  client: databricksWorkspace({ DATABRICKS_HOST: workspace.url, DATABRICKS_TOKEN: TOKEN }, QUICK),
  warehouseId: WAREHOUSE,
  pollMs: 1,
  ...changes,
})
const sqlOf = (changes: Partial<WarehouseConnection> = {}) => warehouseSql(connection(changes))
const posts = () => workspace.exchanges.filter(({ method }) => method === 'POST')

const problem = async (work: Promise<unknown>): Promise<EndcapError> => {
  const error = await work.then(
    () => null,
    (cause: unknown) => cause,
  )
  if (error instanceof EndcapError) return error
  throw new Error(`no EndcapError: ${String(error)}`)
}

describe('a statement of a warehouse', () => {
  test('gives all its rows, of every chunk, with typed cells', async () => {
    expect(await sqlOf().query('SELECT 5')).toEqual([
      { n: 0, word: 'w0' },
      { n: 1, word: null },
      { n: 2, word: 'w2' },
      { n: 3, word: null },
      { n: 4, word: 'w4' },
    ])
    expect(await sqlOf().query('SELECT 0')).toEqual([])
    expect(posts()[0]?.request).toMatchObject({ disposition: 'INLINE', format: 'JSON_ARRAY' })
  })

  test('gives large results by links, which are asked for without our token', async () => {
    const lots: number[] = []
    for await (const lot of sqlOf().chunks('SELECT 5')) lots.push(lot.length)
    expect(lots).toEqual([2, 2, 1])
    const links = workspace.exchanges.filter(({ path }) => path.startsWith('/fake-store/'))
    expect(links.map(({ status }) => status)).toEqual([200, 200, 200])
  })

  test('reads each type as every engine’s client does', async () => {
    const cells: readonly (readonly [string, string | null, unknown])[] = [
      ['LONG', '-9007199254740991', -9007199254740991],
      ['INT', '7', 7],
      ['DECIMAL', '12', 12],
      ['DECIMAL', '12.00', 12],
      ['DOUBLE', '0.1', 0.1],
      ['DOUBLE', 'NaN', Number.NaN],
      ['FLOAT', '-Infinity', -Infinity],
      ['BOOLEAN', 'true', true],
      ['BOOLEAN', 'false', false],
      ['STRING', '', ''],
      ['STRING', null, null],
      ['DATE', '2026-01-02', '2026-01-02'],
      ['ARRAY', '["a",null]', ['a', null]],
      ['STRUCT', '{"a":1}', { a: 1 }],
    ]
    workspace.warehouse.execute = async () => ({
      columns: cells.map(([type_name], index) => ({ name: `c${index}`, type_name })),
      rows: [cells.map(([, text]) => text)],
    })
    const [row] = await sqlOf().query('SELECT 1')
    expect(Object.values(row ?? {})).toEqual(cells.map(([, , value]) => value))
  })

  test.each([
    ['LONG', '9007199254740993'],
    ['DECIMAL', '0.5'],
    ['LONG', ''],
  ])('does not round a %s of %s', async (type_name, text) => {
    workspace.warehouse.execute = async () => ({ columns: [{ name: 'big', type_name }], rows: [[text]] })
    const error = await problem(sqlOf().query('SELECT 1'))
    expect(error.message).toContain('is no exact integer')
    expect(error.place).toContain(`column 'big'`)
  })

  test('is in the schema and the catalog that were used before it, as in one session', async () => {
    const sql = sqlOf({ catalog: 'main' })
    await sql.query('USE SCHEMA `bronze`')
    await sql.query('SELECT 1')
    await sql.query('USE CATALOG `other`')
    await sql.query('USE SCHEMA `a``b`')
    await sql.query('SELECT 1')
    expect(posts().map(({ request }) => request)).toMatchObject([
      { catalog: 'main', schema: 'bronze' },
      { catalog: 'other', schema: 'a`b' },
    ])
  })

  test('that fails says why, in the engine’s words', async () => {
    workspace.warehouse.execute = () => Promise.reject(new Error('[TABLE_OR_VIEW_NOT_FOUND] `orders`'))
    const error = await problem(sqlOf().query('SELECT * FROM orders'))
    expect(error).toMatchObject({
      code: 'ENGINE_FAILED',
      message: `databricks: 'SELECT * FROM orders': BAD_REQUEST: [TABLE_OR_VIEW_NOT_FOUND] \`orders\``,
    })
    expect(workspace.warehouse.cancelled).toEqual([])
  })
})

describe('a statement that takes long', () => {
  const never: Execute = () => new Promise(() => {})

  test('is cancelled when its time is over, and the setting is named', async () => {
    workspace.warehouse.execute = never
    const error = await problem(sqlOf({ timeoutMs: 20 }).query('SELECT 1'))
    expect(error).toMatchObject({
      code: 'TIMEOUT',
      remedy: expect.stringContaining('DATABRICKS_WAREHOUSE_ID'),
    })
    expect(error.message).toContain('it is RUNNING after 20 ms')
    expect(workspace.warehouse.cancelled).toHaveLength(1)
  })

  test('is cancelled when nobody waits any more', async () => {
    workspace.warehouse.execute = never
    const [abort, reason] = [new AbortController(), new Error('enough')]
    const asked = sqlOf({ signal: abort.signal, pollMs: 5 }).query('SELECT 1')
    setTimeout(() => abort.abort(reason), 30)
    await expect(asked).rejects.toBe(reason)
    expect(workspace.warehouse.cancelled).toHaveLength(1)
  })

  test('and that somebody else has cancelled says so', async () => {
    workspace.warehouse.execute = never
    const asked = problem(sqlOf().query('SELECT 1'))
    const id = '01f0-'
    await expect.poll(() => workspace.exchanges.length).toBeGreaterThan(1)
    const path = workspace.exchanges.find((one) => one.path.includes(id))?.path
    await connection().client.json({ method: 'POST', path: `${path}/cancel`, what: 'cancel' })
    expect((await asked).message).toContain('it is CANCELED')
  })
})

describe('a service that is not well', () => {
  test('is asked again when it turns a call away, also for one that writes', async () => {
    workspace.planned.push({ status: 429, headers: { 'retry-after': '0' } }, { status: 503 })
    await sqlOf().query('INSERT INTO t VALUES (1)')
    expect(posts().map(({ status }) => status)).toEqual([429, 503, 200])
  })

  test('whose answer is lost runs what only reads once more, and what writes no second time', async () => {
    workspace.planned.push({ instead: 'reset', carriedOut: true })
    expect(await sqlOf().query('SELECT 1')).toHaveLength(1)
    workspace.planned.push({ instead: 'reset', carriedOut: true })
    const error = await problem(sqlOf().query('INSERT INTO t VALUES (1)'))
    expect(error.code).toBe('ENGINE_UNAVAILABLE')
    expect(error.message).toContain(`'INSERT INTO t VALUES (1)': nothing answers at`)
  })

  test('that stays away while a statement runs is given up, and the statement cancelled', async () => {
    workspace.warehouse.looks = 100
    const down = { status: 502, text: '{"error_code":"TEMPORARILY_UNAVAILABLE","message":"soon"}' }
    workspace.planned.push({ carriedOut: true }, down, down, down)
    const error = await problem(sqlOf().query('SELECT 1'))
    expect(error.message).toContain('HTTP 502: TEMPORARILY_UNAVAILABLE: soon, 3 tries')
    expect(workspace.warehouse.cancelled).toHaveLength(1)
  })

  test('names the setting that it refuses', async () => {
    const missing = await problem(sqlOf({ warehouseId: 'other' }).query('SELECT 1'))
    expect(missing).toMatchObject({ remedy: expect.stringContaining('DATABRICKS_WAREHOUSE_ID') })
    expect(missing.message).toContain('SQL warehouse other was not found')
    workspace.planned.push({ status: 403, text: '{"error_code":"PERMISSION_DENIED","message":"no"}' })
    expect((await problem(sqlOf().query('SELECT 1'))).remedy).toContain('CAN USE')
    const wrong = databricksWorkspace(
      { DATABRICKS_HOST: workspace.url, DATABRICKS_TOKEN: 'wrong-one' },
      QUICK,
    )
    const error = await problem(sqlOf({ client: wrong }).query('SELECT 1'))
    expect(error.remedy).toContain('DATABRICKS_TOKEN')
    expect(`${error.message} ${error.stack}`).not.toContain('wrong-one')
  })

  test.each([
    ['{"statement_id":"1","status":{"state":"DONE"}}', `state 'DONE'`],
    ['{"statement_id":"1","status":{"state":"SUCCEEDED"},"manifest":{"truncated":true}}', 'cut off'],
    ['{"statement_id":"1","status":{"state":"SUCCEEDED"},"result":{"data_array":["a"]}}', 'a row "a"'],
  ])('whose answer is of another shape is not believed: %s', async (text, words) => {
    workspace.planned.push({ status: 200, text })
    expect((await problem(sqlOf().query('SELECT 1'))).message).toContain(words)
  })
})
