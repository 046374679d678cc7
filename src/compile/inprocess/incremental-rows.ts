import type { Columns } from '../../algebra/column.ts'
import {
  type Horizon,
  LOG_COLUMNS,
  type LoggedRecord,
  type RecordValue,
  type Source,
  type Value,
} from '../../algebra/source.ts'
import { type Branch, ITEM, type Stream } from '../../algebra/stream.ts'
import { type AdmissionRule, admissionRules, countingRules } from '../admission.ts'
import { type Access, expressionClosure, fieldReader, predicateClosure } from './closures.ts'
import { itemRules } from './rows.ts'

/**
 * A row of a stream as an array: the declared columns in order, then topic number, partition, offset and
 * item index. Reused by the next row: copy what is kept.
 */
export type RowSlots = (string | number | null)[]

/** What a branch's expressions read: the record, its log time and the unnested item. Reused. */
type Seen = { value: RecordValue; loggedAt: number; item: Value }

/** A compiled rule: what it refuses with, and when. */
export type CompiledRule = AdmissionRule & { readonly refuses: (record: LoggedRecord) => boolean }

/**
 * The first admission rule that refuses a record, or undefined if it is admitted; the rules of
 * `admissionRules`, compiled.
 */
export function admissionClosure(
  source: Source,
  horizon: Horizon,
): (record: LoggedRecord) => AdmissionRule | undefined {
  const rules = compiled(admissionRules(source, horizon))
  return (record) => rules.find((rule) => rule.refuses(record))
}

/** The first of `countingRules` that refuses a record of a shape already validated. */
export function countingClosure(
  source: Source,
  horizon: Horizon,
): (record: LoggedRecord) => AdmissionRule | undefined {
  const rules = compiled(countingRules(source, horizon))
  return (record) => {
    for (const rule of rules) if (rule.refuses(record)) return rule
    return undefined
  }
}

function compiled(rules: readonly AdmissionRule[]): readonly CompiledRule[] {
  const access: Access<LoggedRecord> = ([name, ...rest]) => {
    if (name === LOG_COLUMNS.loggedAt) return (record) => record.loggedAt
    const read = fieldReader([name, ...rest])
    return (record) => read(record.value)
  }
  return rules.map((rule) => ({
    ...rule,
    refuses: predicateClosure(rule.refusedWhen, access),
  }))
}

/** The id of a record of `source`, as dedupe sees it; unique within the source. */
export function idReader(source: Source): (value: RecordValue) => string {
  const [first, second, ...others] = source.id
  if (second === undefined) return (value) => String(value[first])
  if (others.length === 0) return (value) => `${String(value[first])}:${String(value[second])}`
  return (value) => source.id.map((name) => String(value[name])).join(':')
}

/** Gives the rows of one admitted record, and the items of it that were refused. */
export type RowProjector = (
  record: LoggedRecord,
  onRow: (row: RowSlots) => void,
  onRefusedItem: (item: number, reason: string) => void,
) => void

/** Place of each declared column, then of the coordinates, in a row. */
export function slotsOf(stream: Stream): {
  readonly columns: ReadonlyMap<string, number>
  readonly order: number
} {
  const names = Object.keys(stream.columns)
  return { columns: new Map(names.map((name, slot) => [name, slot])), order: names.length }
}

/** Projectors of a stream by topic, compiled once. */
export function rowProjectors(stream: Stream): ReadonlyMap<string, RowProjector> {
  const sources = [...new Set(stream.branches.map((branch) => branch.source))]
  const entries = sources.map((source, topicNumber) => {
    const branches = stream.branches
      .filter((branch) => branch.source === source)
      .map((branch) => branchProjector(branch, stream.columns, topicNumber))
    const [only] = branches
    const all: RowProjector = (...args) => {
      for (const project of branches) project(...args)
    }
    return [source.name, branches.length === 1 && only !== undefined ? only : all] as const
  })
  return new Map(entries)
}

function branchProjector(branch: Branch, columns: Columns, topicNumber: number): RowProjector {
  const access = branchAccess(branch)
  const where = branch.where === undefined ? () => true : predicateClosure(branch.where, access)
  const rules = itemRules(branch).map((rule) => ({
    reason: rule.reason,
    refuses: predicateClosure(rule.refusedWhen, access),
  }))
  const select = Object.keys(columns).map((name) => {
    const expression = branch.select[name]
    if (expression === undefined) throw new Error(`bug: branch without column '${name}' passed the plan`)
    return expressionClosure(expression, access)
  })
  const order = select.length
  const row: RowSlots = new Array<null>(order + 4).fill(null)
  const seen: Seen = { value: {}, loggedAt: 0, item: undefined }
  const listOf = branch.unnest === undefined ? undefined : fieldReader(branch.unnest)
  const oneRow: RowProjector = (record, onRow, onRefusedItem) => {
    if (!where(seen)) return
    const refused = rules.find((rule) => rule.refuses(seen))
    if (refused !== undefined) {
      onRefusedItem(Number(row[order + 3]), refused.reason)
      return
    }
    for (let slot = 0; slot < order; slot += 1) row[slot] = select[slot]?.(seen) ?? null
    row[order + 1] = record.partition
    row[order + 2] = record.offset
    onRow(row)
  }
  row[order] = topicNumber
  return (record, onRow, onRefusedItem) => {
    seen.value = record.value
    seen.loggedAt = record.loggedAt
    const list = listOf === undefined ? ONE : listOf(record.value)
    if (!Array.isArray(list)) return
    for (let item = 0; item < list.length; item += 1) {
      seen.item = list[item]
      row[order + 3] = item
      oneRow(record, onRow, onRefusedItem)
    }
  }
}

const ONE: readonly Value[] = [undefined]

function branchAccess(branch: Branch): Access<Seen> {
  return ([name, ...rest]) => {
    if (name === LOG_COLUMNS.loggedAt) return (seen) => seen.loggedAt
    if (name === ITEM && branch.unnest !== undefined) {
      const read = fieldReader(rest)
      return (seen) => read(seen.item)
    }
    const read = fieldReader([name, ...rest])
    return (seen) => read(seen.value)
  }
}
