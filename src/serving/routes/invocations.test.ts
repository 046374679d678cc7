import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { silentLogger } from '../../core/logger.ts'
import { quantiserOf } from '../../models/rankers/bins/quantiser.ts'
import type { Forest } from '../../models/rankers/forest.ts'
import { type RowScorer, rowScorer } from '../../models/rankers/row-scorer.ts'
import { createServer } from '../server.ts'
import { invocationRoutes } from './invocations.ts'

/** 10, + 1 if price > 2.5, + 2 if stock > 0 or missing. */
const forest: Forest = {
  shape: 'oblivious',
  depth: 2,
  featureCount: 2,
  treeCount: 1,
  base: 10,
  features: Int32Array.of(0, 1),
  bins: Uint8Array.of(1, 1),
  missingRight: Uint8Array.of(0, 1),
  leaves: Float32Array.of(0, 2, 1, 3),
  expectations: Float32Array.of(0, 0, 0),
}
const scorer = rowScorer(['price', 'stock'], quantiserOf([[2.5], [0]]), forest)
let published: RowScorer | null = scorer
let app: Awaited<ReturnType<typeof createServer>>
beforeAll(async () => {
  const routes = [invocationRoutes(() => published, '1.2.3')]
  app = await createServer({ logger: silentLogger, version: '1.2.3', routes })
})
afterAll(() => app.close())

const post = async (payload: string, type: string | null = 'application/json') =>
  app.inject({
    method: 'POST',
    url: '/invocations',
    payload,
    headers: type === null ? {} : { 'content-type': type },
  })
const scores = async (body: unknown) => (await post(JSON.stringify(body))).json()

const records = { predictions: [{ score: 13 }, { score: 10 }] }
const column = { predictions: { score: [13, 10] } }

describe('the scoring protocol of MLflow', () => {
  test('is alive and tells its version', async () => {
    const ping = await app.inject({ url: '/ping' })
    expect([ping.statusCode, ping.body]).toEqual([200, '\n'])
    expect(ping.headers['content-type']).toMatch(/^application\/json/)
    expect((await app.inject({ url: '/version' })).body).toBe('1.2.3')
  })

  test.each<[string, unknown, unknown]>([
    [
      'dataframe_split',
      {
        dataframe_split: {
          columns: ['price', 'stock'],
          data: [
            [3, 1],
            [2, 0],
          ],
        },
      },
      records,
    ],
    [
      'columns in another order, an index, columns that the model does not know',
      {
        dataframe_split: {
          index: [5, 6],
          columns: ['x', 'stock', 'price'],
          data: [
            ['a', 1, 3],
            ['b', 0, 2],
          ],
        },
      },
      records,
    ],
    [
      'dataframe_records',
      {
        dataframe_records: [
          { price: 3, stock: 1 },
          { stock: 0, price: 2 },
        ],
      },
      records,
    ],
    [
      'instances as records',
      {
        instances: [
          { price: 3, stock: 1 },
          { price: 2, stock: 0 },
        ],
      },
      records,
    ],
    [
      'inputs as a matrix',
      {
        inputs: [
          [3, 1],
          [2, 0],
        ],
      },
      column,
    ],
    [
      'inputs by name',
      {
        inputs: {
          features: [
            [3, 1],
            [2, 0],
          ],
        },
      },
      column,
    ],
    ['inputs by column', { inputs: { stock: [1, 0], price: [3, 2], other: ['a'] } }, records],
    ['inputs of one row', { inputs: { price: 3, stock: 1 } }, { predictions: [{ score: 13 }] }],
    [
      'instances as a matrix',
      {
        instances: [
          [3, 1],
          [2, 0],
        ],
      },
      column,
    ],
    ['no rows', { dataframe_split: { columns: ['price', 'stock'], data: [] } }, { predictions: [] }],
    [
      'a missing value',
      { dataframe_split: { columns: ['price', 'stock'], data: [[null, null]] } },
      { predictions: [{ score: 12 }] },
    ],
    [
      'digits in quotes',
      { dataframe_records: [{ price: '3.0', stock: '1' }] },
      { predictions: [{ score: 13 }] },
    ],
    [
      'a member beside, and params',
      { inputs: [[3, 1]], params: {}, other: 1 },
      { predictions: { score: [13] } },
    ],
  ])('scores %s', async (_, body, expected) => {
    expect(await scores(body)).toEqual(expected)
  })

  test('takes NaN as Python writes it, a charset, and CSV', async () => {
    const python = '{"dataframe_split": {"columns": ["price", "stock", "NaN"], "data": [[3, NaN, "NaN"]]}}'
    expect((await post(python)).json()).toEqual({ predictions: [{ score: 13 }] })
    const charset = await post(JSON.stringify({ inputs: [[3, 1]] }), 'application/json; charset=utf-8')
    expect(charset.json()).toEqual({ predictions: { score: [13] } })
    expect((await post('stock,price\n1,3\n,2\n', 'text/csv')).json()).toEqual({
      predictions: [{ score: 13 }, { score: 12 }],
    })
  })

  test.each<[string, string, string]>([
    ['no JSON', '{"inputs": [[sec', 'BAD_REQUEST'],
    ['an empty body', '', 'BAD_REQUEST'],
    ['a list', '[1]', 'BAD_REQUEST'],
    ['no input', '{}', 'BAD_REQUEST'],
    ['two inputs', '{"inputs": [[1, 2]], "instances": [[1, 2]]}', 'BAD_REQUEST'],
    ['a text in a column', '{"dataframe_records": [{"price": "secret", "stock": 1}]}', 'BAD_REQUEST'],
    ['a number beyond float32', '{"inputs": [[1e300, 1]]}', 'BAD_REQUEST'],
    ['a ragged row', '{"dataframe_split": {"columns": ["price", "stock"], "data": [[1]]}}', 'BAD_REQUEST'],
    [
      'a missing column',
      '{"dataframe_split": {"columns": ["price"], "data": [[1]]}}',
      'INVALID_PARAMETER_VALUE',
    ],
    ['columns of two lengths', '{"inputs": {"price": [1, 2], "stock": [1]}}', 'INVALID_PARAMETER_VALUE'],
    ['no column of a feature', '{"inputs": {"price": [1, 2]}}', 'INVALID_PARAMETER_VALUE'],
    ['no records', '{"dataframe_records": []}', 'INVALID_PARAMETER_VALUE'],
    ['a narrow matrix', '{"inputs": [[1]]}', 'INVALID_PARAMETER_VALUE'],
    ['no matrix', '{"inputs": "secret"}', 'INVALID_PARAMETER_VALUE'],
  ])('refuses %s without quoting it', async (_, payload, code) => {
    const answer = await post(payload)
    expect([answer.statusCode, answer.json().error_code]).toEqual([400, code])
    expect(Object.keys(answer.json())).toEqual(['error_code', 'message'])
    expect(answer.body).not.toMatch(/secret|sec\b|stack/)
  })

  test.each([['text/plain'], ['application/json; format=pandas-split'], [null]])(
    'answers 415 to content type %s',
    async (type) => {
      expect((await post('{"inputs": [[3, 1]]}', type)).statusCode).toBe(415)
    },
  )

  test('answers 405 to GET, and 503 while the model has no ranker', async () => {
    expect((await app.inject({ url: '/invocations' })).statusCode).toBe(405)
    published = null
    expect((await post('{"inputs": [[3, 1]]}')).json()).toMatchObject({ code: 'NO_MODEL' })
    published = scorer
  })
})
