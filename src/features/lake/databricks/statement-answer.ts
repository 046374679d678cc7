import { EndcapError } from '../../../core/errors.ts'
import { field, listField, textOr } from '../../../core/http/answer-fields.ts'

/** @source Databricks Statement Execution API 2.0, StatementState */
export type StatementState = 'PENDING' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELED' | 'CLOSED'

export type Column = {
  readonly name: string
  /** `LONG`, `STRING`, `DECIMAL` ... */
  readonly typeName: string
}

/** A part of the rows: there, or where they can be fetched. */
export type Chunk = {
  readonly rows: readonly (readonly unknown[])[]
  readonly links: readonly { readonly url: string; readonly headers: Readonly<Record<string, string>> }[]
  readonly next: number | null
}

export type StatementAnswer = {
  readonly id: string
  readonly state: StatementState
  /** Why it failed, in the service's words; empty if it did not. */
  readonly reason: string
  readonly errorCode: string
  readonly columns: readonly Column[]
  /** The first one; null while there is none. */
  readonly chunk: Chunk | null
}

/** @throws EndcapError ENGINE_FAILED for an answer of another shape, or one that leaves rows out */
export function statementAnswer(body: unknown): StatementAnswer {
  const [id, status, manifest] = [
    textOr(body, 'statement_id'),
    field(body, 'status'),
    field(body, 'manifest'),
  ]
  const state = textOr(status, 'state')
  if (!isState(state)) throw strange(`state '${state}'`)
  if (field(manifest, 'truncated') === true) throw strange('rows that are cut off')
  const error = field(status, 'error')
  const result = field(body, 'result')
  return {
    id,
    state,
    reason: textOr(error, 'message'),
    errorCode: textOr(error, 'error_code'),
    columns: listField(field(manifest, 'schema'), 'columns').map((column) => ({
      name: textOr(column, 'name'),
      typeName: textOr(column, 'type_name'),
    })),
    chunk: result === undefined ? null : chunkOf(result),
  }
}

/** @throws EndcapError ENGINE_FAILED for rows that are none */
export function chunkOf(result: unknown): Chunk {
  const links = listField(result, 'external_links')
  const next = field(links.at(-1) ?? result, 'next_chunk_index')
  return {
    rows: listField(result, 'data_array').map(rowOf),
    links: links.map((link) => ({
      url: textOr(link, 'external_link'),
      headers: Object.fromEntries(
        Object.entries(Object(field(link, 'http_headers'))).map(([name, value]) => [name, String(value)]),
      ),
    })),
    next: typeof next === 'number' ? next : null,
  }
}

/** @throws EndcapError ENGINE_FAILED */
export function rowOf(row: unknown): readonly unknown[] {
  if (Array.isArray(row)) return row
  throw strange(`a row ${JSON.stringify(row)}`)
}

const STATES: ReadonlySet<string> = new Set<StatementState>([
  'PENDING',
  'RUNNING',
  'SUCCEEDED',
  'FAILED',
  'CANCELED',
  'CLOSED',
])

const isState = (text: string): text is StatementState => STATES.has(text)

const strange = (what: string): EndcapError =>
  new EndcapError('ENGINE_FAILED', `the answer has ${what}`, { place: 'databricks' })
