import type { RecordValue } from '../../algebra/source.ts'
import { EndcapError } from '../../core/errors.ts'
import { type ColumnPlan, columnPlan } from './column-plan.ts'
import { TOPIC_NAMES } from './contract-fields.ts'
import type { Consent, Imported, ImportFormat, ImportInput, TableReader } from './import-format.ts'
import { delimitedColumns, delimitedRows, isFile, jsonRows, plainName, type ReadRow } from './rows.ts'
import { checkedEvent, refusedAt } from './shape-check.ts'

/** Rows of an NDJSON file that are looked at for its columns, since not each has all. */
const ROWS_FOR_COLUMNS = 1000

const ending = (path: string): string => /\.([a-z]+)$/.exec(plainName(path).toLowerCase())?.[1] ?? ''

/** CSV or TSV with a header line; columns become fields by their names or by `--map`. */
export const csvFormat: ImportFormat = {
  name: 'csv',
  recognises: (path) => isFile(path) && ['csv', 'tsv'].includes(ending(path)),
  read: async function* (path, consent, input = {}) {
    const delimiter = ending(path) === 'csv' ? ',' : '\t'
    const columns = await delimitedColumns(path, delimiter)
    yield* mappedEvents({ path, consent, input, columns, rows: delimitedRows(path, delimiter) })
  },
}

/** NDJSON with fields of any names, one object a line. */
export const jsonLinesFormat: ImportFormat = {
  name: 'json-lines',
  recognises: (path) => isFile(path) && ['ndjson', 'jsonl'].includes(ending(path)),
  read: async function* (path, consent, input = {}) {
    const columns = await jsonColumns(path)
    yield* mappedEvents({ path, consent, input, columns, rows: jsonRows(path) })
  },
}

/** One Parquet file with columns of any names. */
export const parquetFormat: ImportFormat = {
  name: 'parquet',
  recognises: (path) => isFile(path) && ending(path) === 'parquet',
  read: async function* (path, consent, input = {}) {
    const { tables } = input
    if (tables === undefined) {
      throw new EndcapError('BAD_INPUT_FILE', 'Parquet files can only be read by `endcap import`', {
        place: path,
      })
    }
    const columns = await tables.columns(path)
    yield* mappedEvents({ path, consent, input, columns, rows: tableRows(tables, path) })
  },
}

async function jsonColumns(path: string): Promise<readonly string[]> {
  const names = new Set<string>()
  let read = 0
  for await (const each of jsonRows(path)) {
    if ('row' in each) for (const name of Object.keys(each.row)) names.add(name)
    read += 1
    if (read >= ROWS_FOR_COLUMNS) break
  }
  return [...names]
}

export async function* tableRows(tables: TableReader, path: string): AsyncGenerator<ReadRow> {
  let line = 0
  for await (const batch of tables.rows(path)) {
    for (const row of batch) {
      line += 1
      yield { line, row }
    }
  }
}

export type MappedFile = {
  readonly path: string
  readonly consent: Consent
  readonly input: ImportInput
  readonly columns: readonly string[]
  readonly rows: AsyncIterable<ReadRow>
}

/**
 * Rows as records of one topic.
 * @throws EndcapError USAGE before the first row if the columns do not make up the topic
 */
export async function* mappedEvents({
  path,
  consent,
  input,
  columns,
  rows,
}: MappedFile): AsyncGenerator<Imported> {
  const file = plainName(path)
  const topic = input.topic ?? TOPIC_NAMES.find((name) => file.startsWith(`${name}.`))
  if (topic === undefined) {
    throw new EndcapError(
      'USAGE',
      `the name does not say what it holds; add --topic, one of ${TOPIC_NAMES.join(', ')}`,
      {
        place: file,
      },
    )
  }
  const run = new MappedRun(columnPlan(topic, columns, input, file), consent)
  for await (const each of rows) {
    yield 'row' in each
      ? run.take(each.row, { file, line: each.line, raw: each.row })
      : refusedAt({ file, line: each.line, raw: each.raw }, topic, each.reason, null)
  }
  yield* run.notes()
}

class MappedRun {
  readonly #plan: ColumnPlan
  readonly #consent: Consent
  readonly #lineNumbers = new Map<string, number>()
  #rows = 0
  #rounded = 0

  constructor(plan: ColumnPlan, consent: Consent) {
    this.#plan = plan
    this.#consent = consent
  }

  take(row: RecordValue, place: { file: string; line: number; raw: unknown }): Imported {
    const { topic } = this.#plan
    this.#rows += 1
    const lineNo = topic === 'orders' ? this.#placeInOrder(row) : 0
    const planned = this.#plan.recordOf(row)
    if ('reason' in planned) return refusedAt(place, topic, planned.reason, planned.column)
    this.#rounded += planned.rounded
    return checkedEvent(topic, this.#filled(planned.value, lineNo), place)
  }

  *notes(): Generator<Imported> {
    if (this.#rounded > 0) yield { kind: 'noted', rule: 'amount_rounded', count: this.#rounded }
    for (const column of this.#plan.leftOut) {
      yield { kind: 'noted', rule: `column_left_out:${column}`, count: this.#rows }
    }
  }

  #filled(value: RecordValue, lineNo: number): RecordValue {
    switch (this.#plan.topic) {
      case 'orders':
        return { line_no: lineNo, price_discount_cents: 0, ...value }
      case 'customers':
        return value['consent'] === undefined ? { ...value, consent: { ...this.#consent } } : value
      case 'clickstream':
        return value['payload'] === undefined ? { ...value, payload: {} } : value
      default:
        return value
    }
  }

  /** Counted for every row of the order, so that a row that is corrected later moves no other row's id. */
  #placeInOrder(row: RecordValue): number {
    if (this.#plan.hasLineNumbers) return 0
    const order = String(this.#plan.orderOf(row))
    const lineNo = (this.#lineNumbers.get(order) ?? 0) + 1
    this.#lineNumbers.set(order, lineNo)
    return lineNo
  }
}
