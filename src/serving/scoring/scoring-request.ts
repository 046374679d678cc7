import type { FeatureTable } from '../../models/rankers/bins/quantiser.ts'
import { ScoringFault } from './scoring-fault.ts'

/** `records`: an object a row comes back; `columns`: one list, as for a model that takes a matrix. */
export type AnswerShape = 'records' | 'columns'

export type ScoringRequest = { readonly table: FeatureTable; readonly shape: AnswerShape }

const FORMATS = ['inputs', 'instances', 'dataframe_split', 'dataframe_records'] as const

/**
 * Rows to score from a body of MLflow's scoring protocol: `dataframe_split`, `dataframe_records`, `instances` (records
 * or a matrix) or `inputs` (a matrix, or one by name, or a list a column). Columns are taken by name in any order, others are passed over;
 * a matrix has all of them in order. Null and NaN are missing values; digits in quotes are numbers.
 *
 * @param features names of the columns, in the model's order
 * @throws ScoringFault
 */
export function scoringRequest(body: unknown, features: readonly string[]): ScoringRequest {
  if (!isObject(body)) throw badRequest(Array.isArray(body) ? 'Received a list.' : 'Received no object.')
  const given = FORMATS.filter((format) => body[format] !== undefined)
  const [format] = given
  if (format === undefined || given.length > 1) {
    throw badRequest(`Received an object with the input fields [${given.join(', ')}].`)
  }
  const value = body[format]
  switch (format) {
    case 'dataframe_split':
      return { table: splitTable(value, features), shape: 'records' }
    case 'dataframe_records':
      return { table: recordTable(value, features), shape: 'records' }
    default:
      return listed(value, features)
  }
}

/** `instances` and `inputs`. */
function listed(value: unknown, features: readonly string[]): ScoringRequest {
  if (Array.isArray(value) && value.length > 0 && value.every(isObject)) {
    return { table: recordTable(value, features), shape: 'records' }
  }
  if (isObject(value) && !Object.values(value).some(isMatrix)) {
    return { table: columnTable(value, features), shape: 'records' }
  }
  const matrix = isObject(value) && Object.keys(value).length === 1 ? Object.values(value)[0] : value
  if (!Array.isArray(matrix) || !matrix.every(Array.isArray)) {
    throw new ScoringFault(
      'INVALID_PARAMETER_VALUE',
      `expected a matrix of rows x ${features.length}, or records`,
    )
  }
  return { table: tableOf(matrix, features, Array.from(features.keys())), shape: 'columns' }
}

const isMatrix = (value: unknown): boolean => Array.isArray(value) && value.some(Array.isArray)

/** A list of values a column; one value stands for a list of one. */
function columnTable(columns: Record<string, unknown>, features: readonly string[]): FeatureTable {
  requireAll(features, (feature) => columns[features[feature] ?? ''] !== undefined)
  const lists = features.map((name) => {
    const values = columns[name]
    return Array.isArray(values) ? values : [values]
  })
  const rowCount = lists[0]?.length ?? 0
  const odd = lists.findIndex(({ length }) => length !== rowCount)
  if (odd >= 0) {
    throw new ScoringFault(
      'INVALID_PARAMETER_VALUE',
      `column ${features[odd]} has ${lists[odd]?.length} values, ${features[0]} has ${rowCount}`,
    )
  }
  const rows = Array.from({ length: rowCount }, (_, row) => lists.map((list) => list[row]))
  return tableOf(rows, features, Array.from(features.keys()))
}

function splitTable(value: unknown, features: readonly string[]): FeatureTable {
  if (!isObject(value) || !Array.isArray(value['columns']) || !Array.isArray(value['data'])) {
    throw new ScoringFault('BAD_REQUEST', "Invalid input. 'dataframe_split' has `columns` and `data`.")
  }
  const { columns, data } = value
  const places = features.map((name) => columns.indexOf(name))
  requireAll(features, (feature) => (places[feature] ?? -1) >= 0)
  for (const row of data) {
    if (!Array.isArray(row) || row.length !== columns.length) {
      const found = Array.isArray(row) ? row.length : 'no'
      throw new ScoringFault(
        'BAD_REQUEST',
        `Invalid input. ${columns.length} columns passed, a row has ${found}.`,
      )
    }
  }
  return tableOf(data, features, places)
}

function recordTable(value: unknown, features: readonly string[]): FeatureTable {
  if (!Array.isArray(value) || !value.every(isObject)) {
    throw new ScoringFault('BAD_REQUEST', 'Invalid input. Records are a list of objects.')
  }
  requireAll(features, (feature) => value.some((record) => record[features[feature] ?? ''] !== undefined))
  const rows = value.map((record) => features.map((name) => record[name]))
  return tableOf(rows, features, Array.from(features.keys()))
}

function requireAll(features: readonly string[], isThere: (feature: number) => boolean): void {
  const missing = features.filter((_, feature) => !isThere(feature))
  if (missing.length === 0) return
  throw new ScoringFault('INVALID_PARAMETER_VALUE', `Model is missing inputs [${missing.join(', ')}].`)
}

/** @param places of each feature in a row */
function tableOf(
  rows: readonly (readonly unknown[])[],
  features: readonly string[],
  places: readonly number[],
): FeatureTable {
  const values = new Float32Array(rows.length * features.length)
  for (const [row, cells] of rows.entries()) {
    if (cells.length < features.length) {
      throw new ScoringFault(
        'INVALID_PARAMETER_VALUE',
        `row ${row} has ${cells.length} values, the model takes ${features.length}`,
      )
    }
    for (const [feature, place] of places.entries()) {
      values[feature * rows.length + row] = numberOf(cells[place], features[feature] ?? '', row)
    }
  }
  return { rowCount: rows.length, featureCount: features.length, values }
}

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/

function numberOf(cell: unknown, feature: string, row: number): number {
  if (cell === null || cell === undefined) return Number.NaN
  const value = typeof cell === 'string' && DECIMAL.test(cell) ? Number(cell) : cell
  if (typeof value === 'number' && Math.abs(value) <= 3.4e38) return value
  if (typeof value === 'number' && Number.isNaN(value)) return value
  if (typeof value === 'boolean') return Number(value)
  throw new ScoringFault('BAD_REQUEST', `Invalid input. Column ${feature} of row ${row} is no float32.`)
}

const badRequest = (what: string): ScoringFault =>
  new ScoringFault(
    'BAD_REQUEST',
    `The input must be a JSON dictionary with exactly one of the input fields {${FORMATS.map((name) => `'${name}'`).join(', ')}}. ${what}`,
  )

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
