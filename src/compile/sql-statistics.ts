import { STREAM_COLUMNS } from '../algebra/stream.ts'
import { type Measure, viewColumns } from '../algebra/view.ts'
import { unreachable } from '../core/errors.ts'
import type { Dialect } from './dialects.ts'
import type { MeasurePlan, ViewPlan } from './plan.ts'
import { allNullable, columnsRead, integerSql, predicateSql, type Scope, wordSql } from './sql-expressions.ts'
import { identifier, inParentheses, integerLiteral, type SelectColumn, select } from './sql-writer.ts'
import type { Span } from './window.ts'

/** Column with the start of the tile, epoch ms, in every table of tiles. */
export const TILE_START = 'tile_start'

/** Columns of an entry of a sequence, after the key: its place among the latest, the word, its coordinates. */
export const ENTRY_COLUMNS = {
  /** 1 is the newest; not given by Flink, where each new entry would rewrite all ranks below it. */
  rank: 'entry_rank',
  word: 'entry_word',
  at: 'entry_at',
} as const

/** Columns of a stream's row that its view reads. */
export function columnsReadBy({ view, measures }: ViewPlan): ReadonlySet<string> {
  const expressions = measures.flatMap(({ measure }) => [
    measure.where,
    measure.kind === 'latest' ? measure.word : measure.kind === 'count' ? undefined : measure.value,
  ])
  return new Set([
    ...view.key,
    view.from.at,
    ...[view.where, ...expressions].flatMap((node) => (node === undefined ? [] : columnsRead(node))),
    ...(measures.some(({ measure }) => measure.kind === 'latest') ? Object.values(STREAM_COLUMNS) : []),
  ])
}

/** Rows of the stream that are grouped, and by what. */
export type Grouping = {
  /** A quoted name, or a query in parentheses, of stream rows. */
  readonly rows: string
  readonly plan: ViewPlan
  readonly dialect: Dialect
  /** Rows with `from <= at < to`. */
  readonly span?: Partial<Span>
  /** `tile`: one result per key and tile. `span`: one per key. */
  readonly by: 'tile' | 'span'
  /** Of totals: a further column that they are grouped by, an expression over the stream's columns. */
  readonly beside?: SelectColumn
}

/**
 * A view's measures: columns are the key, `tile_start` (by tile only), then the measures by name; of a
 * sequence, one row an entry: the key, `tile_start`, `ENTRY_COLUMNS`, `STREAM_COLUMNS`.
 */
export function measuresSql(grouping: Grouping): string {
  return grouping.plan.viewKind === 'sequence' ? sequenceSql(grouping) : totalsSql(grouping)
}

/** Quoted names of the columns of `measuresSql`, in its order. */
export function measureColumns(plan: ViewPlan, dialect: Dialect, by: Grouping['by']): readonly string[] {
  const { rank, ...unranked } = ENTRY_COLUMNS
  const names =
    plan.viewKind === 'sequence'
      ? [
          ...(dialect.numbersEntries ? [rank] : []),
          ...Object.values(unranked),
          ...Object.values(STREAM_COLUMNS),
        ]
      : plan.measures.map(({ name }) => name)
  return [...plan.view.key, ...(by === 'tile' ? [TILE_START] : []), ...names]
}

function totalsSql(grouping: Grouping): string {
  const { plan, dialect, by, beside } = grouping
  const scope = rowScope(grouping)
  const quote = (name: string) => identifier(name, dialect.quoteMark)
  const key = [...plan.view.key, ...(by === 'tile' ? [TILE_START] : [])].map(quote)
  const groupBy = [...key, ...(beside === undefined ? [] : [beside[1]])]
  return select({
    columns: [
      ...groupBy.map((name) => [name, name] as const),
      ...plan.measures.map(({ name, measure }): SelectColumn => [totalSql(measure, scope), quote(name)]),
    ],
    from: inParentheses(tiledRows(grouping)),
    groupBy,
  })
}

function totalSql(measure: Measure, scope: Scope): string {
  const filter = measure.where === undefined ? '' : ` FILTER (WHERE ${predicateSql(measure.where, scope)})`
  switch (measure.kind) {
    case 'count':
      return `COUNT(*)${filter}`
    case 'sum':
      // DuckDB widens a sum of BIGINT; the plan has bounded it below 2^53.
      return `CAST(COALESCE(SUM(${integerSql(measure.value, scope)})${filter}, 0) AS ${scope.dialect.types.integer})`
    case 'min':
    case 'max':
      return `${measure.kind.toUpperCase()}(${integerSql(measure.value, scope)})${filter}`
    case 'latest':
      throw new Error('bug: a latest measure has rows of its own')
    default:
      return unreachable(measure)
  }
}

function sequenceSql(grouping: Grouping): string {
  const { plan, dialect, by } = grouping
  const quote = (name: string) => identifier(name, dialect.quoteMark)
  const { measure } = onlyMeasure(plan)
  const partition = [...plan.view.key, ...(by === 'tile' ? [TILE_START] : [])].map(quote)
  const order = [plan.view.from.at, ...Object.values(STREAM_COLUMNS)].map((name) => `${quote(name)} DESC`)
  const rank = quote(ENTRY_COLUMNS.rank)
  const number = `ROW_NUMBER() OVER (PARTITION BY ${partition.join(', ')} ORDER BY ${order.join(', ')})`
  return select({
    columns: measureColumns(plan, dialect, by).map((name): SelectColumn => [quote(name), quote(name)]),
    from: inParentheses(entriesSql(grouping, [[number, rank]])),
    where: [`${rank} <= ${integerLiteral(measure.limit)}`],
  })
}

/**
 * Every entry of a sequence view, one row each: the key, `tile_start` (by tile only), what is `beside` it, the
 * word and instant of `ENTRY_COLUMNS`, `STREAM_COLUMNS`.
 */
export function entriesSql(grouping: Grouping, beside: readonly SelectColumn[] = []): string {
  const { plan, dialect, by } = grouping
  const quote = (name: string) => identifier(name, dialect.quoteMark)
  const { measure } = onlyMeasure(plan)
  const scope = rowScope(grouping)
  const word = wordSql(measure.word, scope)
  const plain = (name: string): SelectColumn => [quote(name), quote(name)]
  return select({
    columns: [
      ...[...plan.view.key, ...(by === 'tile' ? [TILE_START] : [])].map(plain),
      ...beside,
      [word, quote(ENTRY_COLUMNS.word)],
      [quote(plan.view.from.at), quote(ENTRY_COLUMNS.at)],
      ...Object.values(STREAM_COLUMNS).map(plain),
    ],
    from: inParentheses(tiledRows(grouping)),
    where: [
      `${word} IS NOT NULL`,
      ...(measure.where === undefined ? [] : [predicateSql(measure.where, scope)]),
    ],
  })
}

function onlyMeasure(plan: ViewPlan): MeasurePlan & { measure: Extract<Measure, { kind: 'latest' }> } {
  const [first] = plan.measures
  if (first?.measure.kind !== 'latest') throw new Error('bug: a sequence view without a latest measure')
  return { ...first, measure: first.measure }
}

/** Rows with a whole key inside the span, each with the start of its tile. */
function tiledRows(grouping: Grouping): string {
  const { rows, plan, dialect, span = {}, beside } = grouping
  const { view, tileMs } = plan
  const quote = (name: string) => identifier(name, dialect.quoteMark)
  const at = quote(view.from.at)
  const tileStart = `${at} - MOD(${at}, ${integerLiteral(tileMs)})`
  return select({
    columns: [
      ...[...Object.keys(viewColumns(view)), ...Object.values(STREAM_COLUMNS)].map(
        (name): SelectColumn => [quote(name), quote(name)],
      ),
      [tileStart, quote(TILE_START)],
      ...(beside === undefined ? [] : [beside]),
    ],
    from: rows,
    where: [
      ...view.key.map((name) => `${quote(name)} IS NOT NULL`),
      ...(view.where === undefined ? [] : [predicateSql(view.where, rowScope(grouping))]),
      ...(span.from === undefined ? [] : [`${at} >= ${integerLiteral(span.from)}`]),
      ...(span.to === undefined ? [] : [`${at} < ${integerLiteral(span.to)}`]),
    ],
  })
}

/** Words of a stream may be null whatever it declares: a lookup gives null for what it does not list. */
function rowScope({ plan, dialect }: Grouping): Scope {
  const columns = Object.entries(viewColumns(plan.view)).map(([name, type]) =>
    type.kind === 'integer' ? { [name]: type } : allNullable({ [name]: type }),
  )
  return {
    dialect,
    columns: Object.assign({}, ...columns),
    path: (path) => path.map((name) => identifier(name, dialect.quoteMark)).join('.'),
  }
}
