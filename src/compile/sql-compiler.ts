import { type ColumnType, MAX_EXACT } from '../algebra/column.ts'
import { type Horizon, LOG_COLUMNS, type Source } from '../algebra/source.ts'
import type { Stream } from '../algebra/stream.ts'
import type { Window } from '../algebra/view.ts'
import { EndcapError } from '../core/errors.ts'
import { type Dialect, typeName } from './dialects.ts'
import type { Gap } from './gap.ts'
import type { PairPlan, ViewPlan } from './plan.ts'
import { pairsSql } from './sql-pairs.ts'
import { entriesSql, measuresSql } from './sql-statistics.ts'
import { type Reading, streamSql } from './sql-stream.ts'
import { joinedSql } from './sql-version-join.ts'
import { identifier, type NamedQuery, withQueries } from './sql-writer.ts'
import { type Span, windowSpan } from './window.ts'

/** A column of a table of the log, its name not quoted. */
export type TableColumn = { readonly name: string; readonly type: string }

/**
 * Definitions as SQL text of one engine: pure, no driver, the same text for the same definition. Every query
 * reads one table (or view, or named query) per source, named as the source, with `tableColumns`.
 */
export class SqlCompiler {
  readonly dialect: Dialect

  constructor(dialect: Dialect) {
    this.dialect = dialect
  }

  readonly quote = (name: string): string => identifier(name, this.dialect.quoteMark)

  /** Columns of the table of a source: the declared ones, then `log_partition`, `log_offset`, `logged_at`. */
  tableColumns(source: Source): readonly TableColumn[] {
    const coordinates = Object.values(LOG_COLUMNS).map((name) => [name, COORDINATE] as const)
    return [...Object.entries(source.columns), ...coordinates].map(([name, type]) => ({
      name,
      type: typeName(type, this.dialect, this.quote),
    }))
  }

  /** Rows of a stream: its columns, then `STREAM_COLUMNS`. */
  rows(stream: Stream, horizon: Horizon, reading: Reading = {}): string {
    const { shared, rows } = streamSql(stream, horizon, this.dialect, reading)
    return withQueries(shared, rows)
  }

  /** What was refused, and why: `REFUSAL_COLUMNS`. */
  refusals(stream: Stream, horizon: Horizon, reading: Reading = {}): string {
    const { shared, refusals } = streamSql(stream, horizon, this.dialect, reading)
    return withQueries(shared, refusals)
  }

  /**
   * All tiles of a view, one row a key and tile (a sequence: one row an entry): see `measuresSql`.
   * @throws EndcapError NOT_EXPRESSIBLE for a batch view if the engine has a gap there
   * @param span rows with `from <= at < to` alone, epoch ms; so the open tile of an as-of is exact
   */
  tiles(plan: ViewPlan, span: Partial<Span> = {}, reading: Reading = {}): string {
    return this.grouped(plan, span, reading, 'tile')
  }

  /** `tiles` of a view whose stream's rows lie in a table already, as `rows` gives them. */
  tilesOfTable(plan: ViewPlan, table: string, span: Partial<Span> = {}): string {
    return measuresSql({ rows: this.quote(table), plan, dialect: this.dialect, span, by: 'tile' })
  }

  /** `tiles` of a view whose streams' rows lie in tables already, named as the streams. */
  tilesOfTables(plan: ViewPlan): string {
    const { shared, name } = this.source(plan)
    return withQueries(shared, this.measures(plan, name, {}, 'tile'))
  }

  /** Every entry of a sequence view whose stream's rows lie in a table, without rank or limit: see `entriesSql`. */
  entriesOfTable(plan: ViewPlan, table: string, span: Partial<Span> = {}): string {
    return entriesSql({ rows: this.quote(table), plan, dialect: this.dialect, span, by: 'tile' })
  }

  /** A window at an instant, one row a key (a sequence: one row an entry). Keys without rows are absent. */
  window(plan: ViewPlan, window: Window, asOf: number, reading: Reading = {}): string {
    return this.grouped(plan, windowSpan(window, asOf, plan.tileMs), reading, 'span')
  }

  /** What the engine cannot compute of pair statistics; undefined where `pairs` works. */
  pairsGap(): Gap | undefined {
    return this.dialect.pairsGap
  }

  /** Why the engine computes no batch views; undefined where `tiles` and `window` of one work. */
  joinGap(): Gap | undefined {
    return this.dialect.joinGap
  }

  /**
   * The sums of a pair statistic: `PAIR_COLUMNS`, no zeros.
   * @throws EndcapError NOT_EXPRESSIBLE if the engine has a gap there
   */
  pairs(plan: PairPlan, reading: Reading = {}): string {
    this.requirePairs(plan)
    const { shared, sums } = pairsSql(plan, this.dialect, this.quote(plan.pairs.from.name))
    return withQueries([...this.rowsAs(plan.pairs.from, plan.horizon, reading), ...shared], sums)
  }

  /** `pairs` of a statistic whose stream's rows lie in a table already, named as the stream. */
  pairsOfTable(plan: PairPlan): string {
    this.requirePairs(plan)
    const { shared, sums } = pairsSql(plan, this.dialect, this.quote(plan.pairs.from.name))
    return withQueries(shared, sums)
  }

  private grouped(plan: ViewPlan, span: Partial<Span>, reading: Reading, by: 'tile' | 'span'): string {
    const { shared, name } = this.source(plan)
    const { from, join } = plan.view
    const streams = join === undefined ? [from] : [from, join.versions]
    const rows = streams.flatMap((stream) => this.rowsAs(stream, plan.horizon, reading))
    return withQueries([...rows, ...shared], this.measures(plan, name, span, by))
  }

  /** The rows of a stream as a query of its name, and what it needs before it. */
  private rowsAs(stream: Stream, horizon: Horizon, reading: Reading): readonly NamedQuery[] {
    const { shared, rows } = streamSql(stream, horizon, this.dialect, reading)
    return [...shared, [this.quote(stream.name), rows]]
  }

  /** What a view groups, over rows that go by the names of its streams. */
  private source(plan: ViewPlan): { readonly shared: readonly NamedQuery[]; readonly name: string } {
    const { from, join } = plan.view
    if (join === undefined) return { shared: [], name: from.name }
    this.requireJoin(plan)
    return joinedSql(from, join, this.dialect)
  }

  private requirePairs({ pairs }: PairPlan): void {
    const gap = this.pairsGap()
    if (gap === undefined) return
    throw new EndcapError('NOT_EXPRESSIBLE', gap.reason, {
      place: `pair statistic '${pairs.name}' on ${this.dialect.name}`,
    })
  }

  private measures(plan: ViewPlan, table: string, span: Partial<Span>, by: 'tile' | 'span'): string {
    return measuresSql({ rows: this.quote(table), plan, dialect: this.dialect, span, by })
  }

  private requireJoin({ view }: ViewPlan): void {
    const gap = this.dialect.joinGap
    if (gap === undefined) return
    throw new EndcapError('NOT_EXPRESSIBLE', gap.reason, {
      place: `view '${view.name}' on ${this.dialect.name}`,
    })
  }
}

const COORDINATE: ColumnType = { kind: 'integer', min: 0, max: MAX_EXACT, nullable: false }
