import type { RecordValue, Value } from '../../algebra/source.ts'
import { minorDigits } from '../../catalog/minor-units.ts'
import { EndcapError } from '../../core/errors.ts'
import { type CellValue, cellValue } from './cell-values.ts'
import { type Field, fieldNames, fieldOf, requiredFields, TOPIC_NAMES } from './contract-fields.ts'
import type { ColumnChoices } from './import-format.ts'

/** Fields that are filled in where no column is theirs. */
const FILLED: Readonly<Record<string, readonly string[]>> = {
  orders: ['line_no', 'price_discount_cents'],
  customers: ['consent'],
  clickstream: ['payload'],
}

/** What a row becomes, or the first of its cells that cannot be read. */
export type PlannedRow =
  | { readonly value: RecordValue; readonly rounded: number }
  | { readonly reason: string; readonly column: string }

/** How the rows of one file become records of one topic. */
export type ColumnPlan = {
  readonly topic: string
  /** Columns that are no field of ours. */
  readonly leftOut: readonly string[]
  readonly recordOf: (row: RecordValue) => PlannedRow
  /** Whether a column or the user gives `line_no`. */
  readonly hasLineNumbers: boolean
  /** The cell that becomes `order_id`; undefined without one. */
  readonly orderOf: (row: RecordValue) => Value
}

/**
 * Decides once, before anything is read, which column becomes which field.
 *
 * @param columns those of the file
 * @param file for messages
 * @throws EndcapError USAGE naming everything that is wrong at once: unknown topic, fields and columns, fields
 *   named twice, required fields without a column
 */
export function columnPlan(
  topic: string,
  columns: readonly string[],
  choices: ColumnChoices,
  file: string,
): ColumnPlan {
  if (!TOPIC_NAMES.includes(topic)) {
    throw new EndcapError('USAGE', `'${topic}' is no topic; topics are ${TOPIC_NAMES.join(', ')}`)
  }
  const draft = new PlanDraft(topic, columns)
  for (const [column, name] of choices.map ?? []) draft.map(column, name)
  for (const [name, text] of choices.set ?? []) draft.set(name, text)
  for (const column of columns) if (choices.map?.has(column) !== true) draft.own(column)
  draft.requireAll()
  if (draft.faults.length > 0) throw unusable(topic, columns, draft.faults, file)
  return planOf(topic, draft.cells, draft.constants, draft.leftOut)
}

/** A plan while it is made: what was decided, and all that is wrong with it. */
class PlanDraft {
  readonly cells: Cell[] = []
  readonly constants: Constant[] = []
  readonly leftOut: string[] = []
  readonly faults: string[] = []
  readonly #topic: string
  readonly #columns: readonly string[]
  readonly #taken = new Set<string>()

  constructor(topic: string, columns: readonly string[]) {
    this.#topic = topic
    this.#columns = columns
  }

  map(column: string, name: string): void {
    const where = `--map '${column}=${name}'`
    const field = this.#take(name, where)
    // A dotted name reaches into a column of JSON.
    if (!this.#columns.includes(column) && !this.#columns.includes(column.split('.')[0] ?? '')) {
      this.faults.push(`${where}: there is no column '${column}'`)
    }
    if (field !== null) this.cells.push({ column, field })
  }

  set(name: string, text: string): void {
    const field = this.#take(name, `--set '${name}=${text}'`)
    if (field !== null) this.constants.push({ field, text })
  }

  /** A column that nothing was said about: a field if it is called like one that is still free. */
  own(column: string): void {
    const field = fieldOf(this.#topic, column)
    if (field === null || this.#taken.has(keyOf(field))) this.leftOut.push(column)
    else {
      this.#taken.add(keyOf(field))
      this.cells.push({ column, field })
    }
  }

  requireAll(): void {
    const names = [...this.#taken, ...(FILLED[this.#topic] ?? [])].map((name) => name.split('.')[0])
    const missing = requiredFields(this.#topic).filter((name) => !names.includes(name))
    if (missing.length > 0) this.faults.push(`no column becomes ${missing.join(', ')}`)
  }

  #take(name: string, where: string): Field | null {
    const field = fieldOf(this.#topic, name)
    if (field === null) this.faults.push(`${where}: ${this.#topic} has no field '${name}'`)
    else if (this.#taken.has(keyOf(field))) this.faults.push(`${where}: '${keyOf(field)}' is named twice`)
    else this.#taken.add(keyOf(field))
    return field
  }
}

const keyOf = (field: Field): string => field.path.join('.')

type Cell = { readonly column: string; readonly field: Field }
type Constant = { readonly field: Field; readonly text: string }

function unusable(
  topic: string,
  columns: readonly string[],
  faults: readonly string[],
  file: string,
): EndcapError {
  return new EndcapError(
    'USAGE',
    `${faults.join('; ')}. The columns are ${columns.join(', ') || 'none'}; fields of ${topic} are ${fieldNames(topic).join(', ')}`,
    { place: file, remedy: 'Say it with --map COLUMN=FIELD, or for every row with --set FIELD=VALUE.' },
  )
}

function planOf(
  topic: string,
  cells: readonly Cell[],
  constants: readonly Constant[],
  leftOut: readonly string[],
): ColumnPlan {
  const fixedCurrency = constants.find(({ field }) => field.path[0] === 'currency')?.text
  const columnOf = (name: string) => cells.find(({ field }) => field.path[0] === name)?.column
  const currencyColumn = columnOf('currency')
  const recordOf = (row: RecordValue): PlannedRow => {
    const currency = fixedCurrency ?? (currencyColumn === undefined ? '' : String(row[currencyColumn] ?? ''))
    const digits = minorDigits(currency)
    const value: Tree = {}
    let rounded = 0
    const put = (field: Field, cell: Value): boolean => {
      const read: CellValue = cellValue(cell, field.kind, digits)
      if ('reason' in read) {
        fault = read.reason
        return false
      }
      if (read.isRounded === true) rounded += 1
      setAt(value, field.path, read.value)
      return true
    }
    let fault = ''
    for (const { field, text } of constants)
      if (!put(field, text)) return { reason: fault, column: field.path.join('.') }
    for (const { column, field } of cells) {
      const cell = cellAt(row, column)
      if (cell === null || cell === undefined || cell === '') continue
      if (!put(field, cell)) return { reason: fault, column }
    }
    return { value, rounded }
  }
  const orderColumn = columnOf('order_id')
  return {
    topic,
    leftOut,
    recordOf,
    hasLineNumbers: [...cells, ...constants].some(({ field }) => field.path[0] === 'line_no'),
    orderOf: (row) => (orderColumn === undefined ? undefined : cellAt(row, orderColumn)),
  }
}

/** The cell of a column; a dotted name reaches into objects of JSON. */
function cellAt(row: RecordValue, column: string): Value {
  if (Object.hasOwn(row, column) || !column.includes('.')) return row[column]
  let at: Value = row
  for (const name of column.split('.')) {
    if (typeof at !== 'object' || at === null || Array.isArray(at)) return undefined
    at = (at as RecordValue)[name]
  }
  return at
}

type Tree = { [field: string]: Value }

function setAt(tree: Tree, path: readonly string[], value: Value): void {
  const [name = '', next, ...rest] = path
  if (next === undefined) {
    tree[name] = value
    return
  }
  const inner = tree[name]
  if (/^[0-9]+$/.test(next)) {
    const list: Value[] = Array.isArray(inner) ? [...inner] : []
    const item: Tree = { ...((list[Number(next)] ?? {}) as Tree) }
    if (rest.length === 0) list[Number(next)] = value
    else {
      setAt(item, rest, value)
      list[Number(next)] = item
    }
    tree[name] = list
    return
  }
  const branch: Tree = { ...((inner ?? {}) as Tree) }
  setAt(branch, [next, ...rest], value)
  tree[name] = branch
}
