import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { createInterface } from 'node:readline'
import { pipeline, type Readable } from 'node:stream'
import { constants, createGunzip, gunzipSync } from 'node:zlib'
import { parse } from 'csv-parse'
import type { RecordValue } from '../../algebra/source.ts'
import { EndcapError } from '../../core/errors.ts'

/** A row of a file, or why a line is none. Lines count from 1 and include the header. */
export type ReadRow =
  | { readonly line: number; readonly row: RecordValue }
  | { readonly line: number; readonly reason: string; readonly raw: unknown }

export const isGzip = (path: string): boolean => path.endsWith('.gz')

/** The name without `.gz`. */
export const plainName = (path: string): string => basename(path).replace(/\.gz$/, '')

export const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true

/** The bytes of a file, unpacked if its name ends in `.gz`. */
export function openText(path: string): Readable {
  const file = createReadStream(path)
  return isGzip(path) ? pipeline(file, createGunzip(), () => {}) : file
}

const HEAD_BYTES = 8192

/** The first bytes of a file as text, to tell formats apart; empty if it cannot be read. */
export function headOf(path: string): string {
  if (!isFile(path)) return ''
  const bytes = Buffer.alloc(HEAD_BYTES)
  const file = openSync(path, 'r')
  try {
    const head = bytes.subarray(0, readSync(file, bytes))
    // What is cut off in the middle is unpacked as far as it goes.
    return (isGzip(path) ? gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH }) : head).toString()
  } catch {
    return ''
  } finally {
    closeSync(file)
  }
}

/** Names of the columns in the first line of a CSV or TSV file. */
export async function delimitedColumns(path: string, delimiter: string): Promise<readonly string[]> {
  for await (const { record } of delimitedRecords(path, delimiter, () => {})) return record
  return []
}

/**
 * Rows of a CSV or TSV file with a header line (UTF-8, quotes as in RFC 4180); empty cells are absent.
 * @throws EndcapError BAD_INPUT_FILE if it cannot be read
 */
export async function* delimitedRows(path: string, delimiter: string): AsyncGenerator<ReadRow> {
  const broken: ReadRow[] = []
  let header: readonly string[] | undefined
  for await (const { record, line } of delimitedRecords(path, delimiter, (bad) => broken.push(bad))) {
    if (header === undefined) header = record
    else if (record.length !== header.length) yield { line, reason: 'wrong_column_count', raw: record }
    else yield { line, row: rowOf(header, record) }
  }
  yield* broken
}

function rowOf(header: readonly string[], record: readonly string[]): RecordValue {
  const row: Record<string, string> = {}
  for (const [index, name] of header.entries()) {
    const cell = record[index] ?? ''
    if (cell !== '') row[name] = cell
  }
  return row
}

type Delimited = { readonly record: readonly string[]; readonly line: number }

async function* delimitedRecords(
  path: string,
  delimiter: string,
  onBroken: (row: ReadRow) => void,
): AsyncGenerator<Delimited> {
  const parser = parse({
    bom: true,
    delimiter,
    info: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip: (error) => {
      onBroken({ line: Number(error?.['lines'] ?? 0), reason: 'bad_csv', raw: error?.message ?? '' })
      return undefined
    },
  })
  const records = pipeline(openText(path), parser, () => {})
  let line = 0
  try {
    for await (const each of records) {
      const { record, info } = each as { record: readonly string[]; info: { lines: number } }
      line = info.lines
      yield { record, line }
    }
  } catch (cause) {
    throw new EndcapError('BAD_INPUT_FILE', `cannot be read after line ${line}`, { place: path, cause })
  } finally {
    records.destroy()
  }
}

/**
 * Objects of an NDJSON file, one a line; blank lines count as lines but are none.
 * @throws EndcapError BAD_INPUT_FILE if it cannot be read
 */
export async function* jsonRows(path: string): AsyncGenerator<ReadRow> {
  const input = openText(path)
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })
  let line = 0
  try {
    for await (const text of lines) {
      line += 1
      if (text.trim() === '') continue
      const row = recordIn(text)
      yield row === null ? { line, reason: 'bad_json', raw: text } : { line, row }
    }
  } catch (cause) {
    throw new EndcapError('BAD_INPUT_FILE', `cannot be read after line ${line}`, { place: path, cause })
  } finally {
    lines.close()
    input.destroy()
  }
}

/** The object that a line of JSON is, or null. */
export function recordIn(text: string): RecordValue | null {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : null
  } catch {
    return null
  }
}

export const isRecord = (value: unknown): value is RecordValue =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
