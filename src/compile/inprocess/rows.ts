import { type Horizon, LOG_COLUMNS, type LoggedRecord, type RecordValue } from '../../algebra/source.ts'
import { type Branch, ITEM, STREAM_COLUMNS, type Stream } from '../../algebra/stream.ts'
import { admissionRules, fieldRules } from '../admission.ts'
import { branchColumns } from '../plan.ts'
import { evaluate, holds, valueAt } from './evaluate.ts'

/** A row of a stream: the declared columns and its place in the total order. */
export type StreamRow = { readonly [column: string]: string | number | null }

/** Why a record, or an item of it, did not count. */
export type Refusal = {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  /** Place in the unnested list; -1 where the whole record was refused. */
  readonly item: number
  readonly reason: string
}

export type StreamResult = { readonly rows: readonly StreamRow[]; readonly refusals: readonly Refusal[] }

/**
 * The rows of a stream from the records of its sources, and what was refused: the meaning, in plain loops.
 * Admission first, then dedupe by id (the first by offset counts), then unnesting, filter and projection.
 *
 * @param records in any order; those of other topics are ignored
 */
export function streamRows(stream: Stream, records: readonly LoggedRecord[], horizon: Horizon): StreamResult {
  const rows: StreamRow[] = []
  const refusals: Refusal[] = []
  const sources = [...new Set(stream.branches.map((branch) => branch.source))]
  for (const [topicNumber, source] of sources.entries()) {
    const rules = admissionRules(source, horizon)
    const seen = new Set<string>()
    const inOrder = records
      .filter((record) => record.topic === source.name)
      .toSorted((a, b) => a.partition - b.partition || a.offset - b.offset)
    for (const record of inOrder) {
      const row: RecordValue = { ...record.value, [LOG_COLUMNS.loggedAt]: record.loggedAt }
      const refused = rules.find((rule) => holds(rule.refusedWhen, row))
      if (refused !== undefined) {
        refusals.push({ ...placeOf(record), item: -1, reason: refused.reason })
        continue
      }
      const id = source.id.map((name) => String(record.value[name])).join(':')
      if (seen.has(id)) continue
      seen.add(id)
      for (const branch of stream.branches.filter((candidate) => candidate.source === source)) {
        appendBranch(branch, stream, { record, row, topicNumber }, rows, refusals)
      }
    }
  }
  return { rows, refusals }
}

type Admitted = { readonly record: LoggedRecord; readonly row: RecordValue; readonly topicNumber: number }

function appendBranch(
  branch: Branch,
  stream: Stream,
  { record, row, topicNumber }: Admitted,
  rows: StreamRow[],
  refusals: Refusal[],
): void {
  const checks = itemRules(branch)
  for (const [item, seen] of unnested(branch, row).entries()) {
    if (branch.where !== undefined && !holds(branch.where, seen)) continue
    const refused = checks.find((rule) => holds(rule.refusedWhen, seen))
    if (refused !== undefined) {
      refusals.push({ ...placeOf(record), item, reason: refused.reason })
      continue
    }
    const columns = Object.keys(stream.columns).map((name) => {
      const expression = branch.select[name]
      if (expression === undefined) throw new Error(`bug: branch without column '${name}' passed the plan`)
      return [name, evaluate(expression, seen)] as const
    })
    rows.push({
      ...Object.fromEntries(columns),
      [STREAM_COLUMNS.topic]: topicNumber,
      [STREAM_COLUMNS.partition]: record.partition,
      [STREAM_COLUMNS.offset]: record.offset,
      [STREAM_COLUMNS.item]: item,
    })
  }
}

/** Rules for the fields of an unnested item; none where nothing is unnested. */
export function itemRules(branch: Branch) {
  const item = branch.unnest === undefined ? undefined : branchColumns(branch, branch.source.name)[ITEM]
  return item?.kind === 'record' ? fieldRules(item.fields, [ITEM]) : []
}

function unnested(branch: Branch, row: RecordValue): readonly RecordValue[] {
  if (branch.unnest === undefined) return [row]
  const list = valueAt(row, branch.unnest)
  return Array.isArray(list) ? list.map((item) => ({ ...row, [ITEM]: item })) : []
}

const placeOf = ({ topic, partition, offset }: LoggedRecord) => ({ topic, partition, offset })

/** (at, topic, partition, offset, item). */
export function totalOrder(a: StreamRow, b: StreamRow, at: string): number {
  for (const name of [at, ...Object.values(STREAM_COLUMNS)]) {
    const difference = Number(a[name]) - Number(b[name])
    if (difference !== 0) return difference
  }
  return 0
}
