import { type Columns, type ColumnType, MAX_EXACT } from '../algebra/column.ts'
import { definitionHash } from '../algebra/definition-hash.ts'
import type { Expression, IntegerExpression, WordExpression } from '../algebra/expression.ts'
import type { PairStatistic } from '../algebra/pair-statistic.ts'
import { columnAt, type Range, rangeOf } from '../algebra/range.ts'
import type { Horizon, Source } from '../algebra/source.ts'
import { type Branch, ITEM, type Stream } from '../algebra/stream.ts'
import { joinedWords, type VersionJoin } from '../algebra/version-join.ts'
import { type Measure, TILES, type View, viewColumns, viewKind } from '../algebra/view.ts'
import { durationMs } from '../core/duration.ts'
import { EndcapError, unreachable } from '../core/errors.ts'
import { canonicalJson } from '../core/hash.ts'

/** A checked definition with all that a compiler needs to know decided once. */
export type ViewPlan = {
  readonly kind: 'view'
  readonly view: View
  readonly hash: string
  /** `tiles.<view>.<hash8>`: the topic; tables use it with `_` for `.`. */
  readonly tileName: string
  readonly viewKind: 'sum' | 'merge' | 'sequence'
  readonly tileMs: number
  readonly horizon: Horizon
  readonly measures: readonly MeasurePlan[]
}

export type MeasurePlan = {
  readonly name: string
  readonly measure: Measure
  /** Bounds of one row's value; of a tile's or window's sum multiply by `rowsPerKey`. Null for words. */
  readonly range: Range | null
}

export type PairPlan = {
  readonly kind: 'pairs'
  readonly pairs: PairStatistic
  readonly hash: string
  readonly horizon: Horizon
}

/** @throws EndcapError BAD_DEFINITION if a name is unknown, a kind is wrong, or a sum could leave 2^53 - 1 */
export function planView(view: View, horizon: Horizon): ViewPlan {
  const place = `view '${view.name}'`
  checkStream(view.from)
  if (view.join !== undefined) checkJoin(view, view.join, place)
  const columns = viewColumns(view)
  for (const name of view.key) requireWord(columns, name, place)
  if (Object.keys(view.measures).length === 0) throw bad('has no measure', place)
  const measures = Object.entries(view.measures).map(([name, measure]) => planMeasure(view, name, measure))
  if (viewKind(view) === 'sequence' && measures.length > 1) {
    throw bad('a view with a latest measure has no other measure', place)
  }
  const tileMs = durationMs(TILES[view.tile])
  for (const [name, window] of Object.entries(view.windows)) {
    const reach = durationMs(window.length) + (window.shift === undefined ? 0 : durationMs(window.shift))
    if (reach > durationMs(view.retain))
      throw bad(`window '${name}' reaches beyond retain ${view.retain}`, place)
  }
  const hash = definitionHash(view)
  return Object.freeze({
    kind: 'view',
    view,
    hash,
    tileName: `tiles.${view.name}.${hash}`,
    viewKind: viewKind(view),
    tileMs,
    horizon,
    measures,
  })
}

/** @throws EndcapError BAD_DEFINITION */
export function planPairs(pairs: PairStatistic, horizon: Horizon): PairPlan {
  const place = `pair statistic '${pairs.name}'`
  checkStream(pairs.from)
  requireWord(pairs.from.columns, pairs.owner, place)
  requireWord(pairs.from.columns, pairs.item, place)
  const { weight } = pairs
  const weights =
    weight.kind === 'ordered' ? weight.byGap : weight.kind === 'unordered' ? weight.byGapAndRest.flat() : [1]
  if (weights.some((value) => !Number.isSafeInteger(value) || value < 0)) {
    throw bad('weights are integers of at least 0', place)
  }
  const bound = Math.max(...weights) * pairs.pairsPerKey
  if (bound > MAX_EXACT) throw bad(`its sums can reach ${bound}, beyond the exact integers (2^53 - 1)`, place)
  return Object.freeze({ kind: 'pairs', pairs, hash: definitionHash(pairs), horizon })
}

function planMeasure(view: View, name: string, measure: Measure): MeasurePlan {
  const place = `view '${view.name}', measure '${name}'`
  const columns = viewColumns(view)
  switch (measure.kind) {
    case 'count':
      return { name, measure, range: bounded({ min: 0, max: 1, nullable: false }, view.rowsPerKey, place) }
    case 'sum':
      return { name, measure, range: bounded(rangeOf(measure.value, columns, place), view.rowsPerKey, place) }
    case 'min':
    case 'max':
      return { name, measure, range: rangeOf(measure.value, columns, place) }
    case 'latest':
      if (measure.limit < 1 || measure.limit > 1000) throw bad('limit is 1..1000', place)
      checkWord(measure.word, columns, place)
      return { name, measure, range: null }
    default:
      return unreachable(measure)
  }
}

function bounded(range: Range, rows: number, place: string): Range {
  const bound = Math.max(Math.abs(range.min), Math.abs(range.max)) * rows
  if (bound > MAX_EXACT) {
    throw bad(`${rows} rows of ${range.min}..${range.max} can reach ${bound}, beyond 2^53 - 1`, place)
  }
  return range
}

/** Both streams have the column, the words are new, and the versions are of an entity that the stream does not read. */
function checkJoin({ from }: View, join: VersionJoin, place: string): void {
  const { versions, on } = join
  checkStream(versions)
  requireWord(from.columns, on, place)
  requireWord(versions.columns, on, place)
  const read = new Set(from.branches.map(({ source }) => source.name))
  for (const { source } of versions.branches) {
    if (source.isEntity !== true) throw bad(`joins '${source.name}', which has no versions`, place)
    if (read.has(source.name)) throw bad(`joins '${source.name}', which its stream reads`, place)
  }
  for (const name of joinedWords(join)) {
    requireWord(versions.columns, name, place)
    if (name in from.columns) throw bad(`the stream has a column '${name}' already`, place)
  }
}

/** Columns that a branch's expressions see: the source's, and `item` where a list is unnested. */
export function branchColumns(branch: Branch, place: string): Columns {
  if (branch.unnest === undefined) return branch.source.columns
  const list = columnAt(branch.source.columns, branch.unnest, place)
  if (list.kind !== 'list') throw bad(`'${branch.unnest.join('.')}' is not a list`, place)
  return { ...branch.source.columns, [ITEM]: list.item }
}

/** Every branch gives every column, of its kind and inside its range. @throws EndcapError BAD_DEFINITION */
export function checkStream(stream: Stream): void {
  for (const branch of stream.branches) {
    const place = `stream '${stream.name}', branch '${branch.source.name}'`
    const seen = branchColumns(branch, place)
    for (const [name, type] of Object.entries(stream.columns)) {
      const expression = branch.select[name]
      if (expression === undefined) throw bad(`gives no column '${name}'`, place)
      checkProjection(expression, type, seen, branch.source, `${place}, column '${name}'`)
    }
    const extra = Object.keys(branch.select).filter((name) => !(name in stream.columns))
    if (extra.length > 0)
      throw bad(`gives columns that the stream does not declare: ${extra.join(', ')}`, place)
  }
}

function checkProjection(
  expression: Expression,
  type: ColumnType,
  columns: Columns,
  source: Source,
  place: string,
): void {
  if (type.kind === 'integer') {
    const range = checkedRange(expression as IntegerExpression, columns, source, place)
    if (range.min < type.min || range.max > type.max) {
      throw bad(`${range.min}..${range.max} leaves the declared ${type.min}..${type.max}`, place)
    }
    if (range.nullable && !type.nullable) throw bad('can be null but is declared not null', place)
    return
  }
  if (type.kind !== 'id' && type.kind !== 'enum')
    throw bad(`streams hold integers and words, not ${type.kind}`, place)
  const nullable = checkWord(expression as WordExpression, columns, place)
  if (nullable && !type.nullable && expression.kind !== 'lookup' && expression.kind !== 'column') {
    throw bad('can be null but is declared not null', place)
  }
}

/** A source's check narrows the range of the very expression that it checks. */
function checkedRange(expression: IntegerExpression, columns: Columns, source: Source, place: string): Range {
  const range = rangeOf(expression, columns, place)
  const text = canonicalJson(expression)
  const check = source.checks.find((candidate) => canonicalJson(candidate.value) === text)
  if (check === undefined) return range
  return { ...range, min: Math.max(range.min, check.min), max: Math.min(range.max, check.max) }
}

/** Whether the word can be null. @throws EndcapError BAD_DEFINITION */
function checkWord(expression: WordExpression, columns: Columns, place: string): boolean {
  switch (expression.kind) {
    case 'word':
      return false
    case 'noWord':
      return true
    case 'column': {
      const type = columnAt(columns, expression.path, place)
      if (type.kind !== 'id' && type.kind !== 'enum')
        throw bad(`'${expression.path.join('.')}' is not a word`, place)
      return type.nullable
    }
    case 'tagged':
      return expression.parts
        .map((part) => checkWord({ kind: 'column', path: part.path }, columns, place))
        .every(Boolean)
    case 'lookup':
      checkWord({ kind: 'column', path: expression.path }, columns, place)
      return true
    case 'chooseWord':
      return [expression.then, expression.otherwise]
        .map((word) => checkWord(word, columns, place))
        .some(Boolean)
    case 'bucket':
      return checkBucket(expression, columns, place)
    default:
      return unreachable(expression)
  }
}

function checkBucket(
  { value, steps }: Extract<WordExpression, { kind: 'bucket' }>,
  columns: Columns,
  place: string,
): boolean {
  const range = rangeOf(value, columns, place)
  const [first] = steps
  if (first === undefined) throw bad('a bucket without a step', place)
  for (const [number, { from }] of steps.entries()) {
    if (!Number.isSafeInteger(from)) throw bad(`step ${from} is no exact integer`, place)
    if (number > 0 && from <= (steps[number - 1]?.from ?? 0)) throw bad(`step ${from} does not ascend`, place)
  }
  return range.nullable || range.min < first.from
}

function requireWord(columns: Columns, name: string, place: string): void {
  checkWord({ kind: 'column', path: [name] }, columns, place)
}

const bad = (message: string, place: string) => new EndcapError('BAD_DEFINITION', message, { place })
