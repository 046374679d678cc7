import type { Columns } from '../algebra/column.ts'
import type { Path, Predicate } from '../algebra/expression.ts'
import { columnAt } from '../algebra/range.ts'
import { type Horizon, LOG_COLUMNS, type Source } from '../algebra/source.ts'
import { type Branch, ITEM, STREAM_COLUMNS, type Stream } from '../algebra/stream.ts'
import { EndcapError } from '../core/errors.ts'
import { type AdmissionRule, admissionRules, fieldRules } from './admission.ts'
import { type Dialect, typeName, type Unnested } from './dialects.ts'
import { branchColumns } from './plan.ts'
import {
  allNullable,
  columnsRead,
  predicateSql,
  projection,
  type Scope,
  uncheckedColumns,
} from './sql-expressions.ts'
import {
  caseWhen,
  identifier,
  inParentheses,
  integerLiteral,
  type NamedQuery,
  type SelectColumn,
  select,
  unionAll,
  wordLiteral,
} from './sql-writer.ts'

/** Offsets by partition: in each, all records below the number. A partition that is not listed has none. */
export type LogPosition = readonly number[]

/** Which records count. All of them, if nothing is said. */
export type Reading = {
  /** By source: only records below; the others count as not yet logged. A source not listed has none. */
  readonly upTo?: Readonly<Record<string, LogPosition>>
  /** By source: records below only prime the dedupe and add nothing. A source not listed adds all. */
  readonly beyond?: Readonly<Record<string, LogPosition>>
  /** By source: records for which this holds count as never logged. */
  readonly without?: Readonly<Record<string, Predicate>>
  /**
   * Every record is known to be admitted and the first of its id, as those of the embedded log are: admission
   * and dedupe are left out.
   */
  readonly isCounted?: boolean
}

/** Columns of the refusals query, in order. */
export const REFUSAL_COLUMNS = ['topic', 'log_partition', 'log_offset', 'item', 'reason'] as const

export type StreamSql = {
  /** Queries that both others read. */
  readonly shared: readonly NamedQuery[]
  /** Rows of the stream: declared columns, then `STREAM_COLUMNS`. */
  readonly rows: string
  /** Refused records and items: `REFUSAL_COLUMNS`; item is -1 for a whole record. */
  readonly refusals: string
}

/** Admission, dedupe, unnesting, filter and projection of a stream, from one table or view per source. */
export function streamSql(stream: Stream, horizon: Horizon, dialect: Dialect, reading: Reading): StreamSql {
  const compiler = new StreamCompiler(stream, horizon, dialect, reading)
  const sources = [...new Set(stream.branches.map((branch) => branch.source))]
  const unnesting = stream.branches.filter((branch) => branch.unnest !== undefined)
  return {
    shared: sources.flatMap((source) => [compiler.judged(source), compiler.firsts(source)]),
    rows: unionAll(
      stream.branches.map((branch) => compiler.branchRows(branch, sources.indexOf(branch.source))),
    ),
    refusals: unionAll([
      ...sources.map((source) => compiler.recordRefusals(source)),
      ...unnesting.map((branch) => compiler.itemRefusals(branch)),
    ]),
  }
}

const REFUSED = 'refused'

class StreamCompiler {
  private readonly stream: Stream
  private readonly horizon: Horizon
  private readonly dialect: Dialect
  private readonly reading: Reading
  private readonly quote: (name: string) => string

  constructor(stream: Stream, horizon: Horizon, dialect: Dialect, reading: Reading) {
    this.stream = stream
    this.horizon = horizon
    this.dialect = dialect
    this.reading = reading
    this.quote = (name) => identifier(name, dialect.quoteMark)
  }

  /** All records of a source, each with the reason why it does not count, or null. */
  judged(source: Source): NamedQuery {
    const scope = this.scope(uncheckedColumns(source.columns))
    const { upTo, without, isCounted = false } = this.reading
    const rules = isCounted ? [] : admissionRules(source, this.horizon)
    const erased = without?.[source.name]
    const offset = this.quote(LOG_COLUMNS.offset)
    const query = select({
      columns: [
        ...[...Object.keys(source.columns), ...Object.values(LOG_COLUMNS)].map((name) => this.plain(name)),
        [this.reason(rules, scope), this.quote(REFUSED)],
      ],
      from: this.quote(source.name),
      where: [
        ...(upTo === undefined ? [] : [`${offset} < ${this.positionOf(upTo[source.name] ?? [])}`]),
        ...(erased === undefined
          ? []
          : [predicateSql({ kind: 'not', operand: erased }, this.scope(allNullable(source.columns)))]),
      ],
    })
    return [this.quote(`${source.name}_judged`), query]
  }

  /** Of the admitted records the first of each id, with the columns that the stream reads. */
  firsts(source: Source): NamedQuery {
    if (source.id.filter((name) => source.columns[name]?.kind !== 'integer').length > 1) {
      throw new EndcapError('NOT_EXPRESSIBLE', 'an id of two words is ambiguous once they are joined', {
        place: `source '${source.name}'`,
      })
    }
    const { types } = this.dialect
    const columns = this.columnsUsed(source).map((name) => ({
      name: this.quote(name),
      type: typeName(columnAt(source.columns, [name], source.name), this.dialect, this.quote),
    }))
    const [partition, offset] = [this.quote(LOG_COLUMNS.partition), this.quote(LOG_COLUMNS.offset)]
    if (this.reading.isCounted === true) {
      const all = [...columns.map(({ name }) => name), partition, offset]
      const from = this.quote(`${source.name}_judged`)
      return [
        this.quote(`${source.name}_first`),
        select({ columns: all.map((name): SelectColumn => [name, name]), from }),
      ]
    }
    const query = this.dialect.firstOfEachId({
      from: this.quote(`${source.name}_judged`),
      where: [`${this.quote(REFUSED)} IS NULL`],
      id: source.id.map(this.quote),
      columns: [...columns, { name: partition, type: types.integer }, { name: offset, type: types.integer }],
      partition,
      offset,
      quote: this.quote,
    })
    return [this.quote(`${source.name}_first`), query]
  }

  branchRows(branch: Branch, topicNumber: number): string {
    const { from, path, index } = this.items(branch)
    const trusted = this.scope(branchColumns(branch, branch.source.name), path)
    const columns = Object.entries(this.stream.columns).map(([name, type]): SelectColumn => {
      const expression = branch.select[name]
      if (expression === undefined) throw new Error(`bug: branch without column '${name}' passed the plan`)
      return [projection(expression, type, trusted), this.quote(name)]
    })
    const rules = this.itemRules(branch)
    return select({
      columns: [
        ...columns,
        [this.asInteger(topicNumber), this.quote(STREAM_COLUMNS.topic)],
        this.plain(STREAM_COLUMNS.partition),
        this.plain(STREAM_COLUMNS.offset),
        [index, this.quote(STREAM_COLUMNS.item)],
      ],
      from,
      where: [
        ...this.branchFilter(branch, path),
        ...(rules.length === 0 ? [] : [`${this.reason(rules, this.itemScope(branch, path))} IS NULL`]),
      ],
    })
  }

  recordRefusals(source: Source): string {
    return select({
      columns: this.refusalColumns(source, this.asInteger(-1), this.quote(REFUSED)),
      from: this.quote(`${source.name}_judged`),
      where: [`${this.quote(REFUSED)} IS NOT NULL`, ...this.contributes(source)],
    })
  }

  itemRefusals(branch: Branch): string {
    const { from, path, index } = this.items(branch)
    const judged = select({
      columns: [
        this.plain(LOG_COLUMNS.partition),
        this.plain(LOG_COLUMNS.offset),
        [index, this.quote('item')],
        [this.reason(this.itemRules(branch), this.itemScope(branch, path)), this.quote(REFUSED)],
      ],
      from,
      where: this.branchFilter(branch, path),
    })
    return select({
      columns: this.refusalColumns(branch.source, this.quote('item'), this.quote(REFUSED)),
      from: inParentheses(judged),
      where: [`${this.quote(REFUSED)} IS NOT NULL`],
    })
  }

  private refusalColumns(source: Source, item: string, reason: string): readonly SelectColumn[] {
    const { text } = this.dialect.types
    const values = [
      `CAST(${wordLiteral(source.name)} AS ${text})`,
      this.quote(LOG_COLUMNS.partition),
      this.quote(LOG_COLUMNS.offset),
      item,
      reason,
    ]
    return REFUSAL_COLUMNS.map((name, place) => [values[place] ?? '', this.quote(name)])
  }

  /** Where a branch reads from, and how its paths are written there. */
  private items(branch: Branch): { from: string; path: Scope['path']; index: string } {
    const from = this.quote(`${branch.source.name}_first`)
    if (branch.unnest === undefined) return { from, path: this.path, index: this.asInteger(0) }
    const item = branchColumns(branch, branch.source.name)[ITEM]
    if (item?.kind !== 'record') {
      throw new EndcapError('NOT_EXPRESSIBLE', 'only lists of records are unnested', {
        place: `stream '${this.stream.name}', branch '${branch.source.name}'`,
      })
    }
    const unnested: Unnested = this.dialect.unnest({
      from,
      list: this.path(branch.unnest),
      fields: Object.keys(item.fields),
      quote: this.quote,
    })
    return {
      from: unnested.from,
      path: ([head, field = '', ...rest]) =>
        head === ITEM
          ? [unnested.field(field), ...rest.map(this.quote)].join('.')
          : this.path(field === '' ? [head] : [head, field, ...rest]),
      index: `CAST(${unnested.index} AS ${this.dialect.types.integer})`,
    }
  }

  private itemRules(branch: Branch): readonly AdmissionRule[] {
    const item = branch.unnest === undefined ? undefined : branchColumns(branch, branch.source.name)[ITEM]
    return item?.kind === 'record' ? fieldRules(item.fields, [ITEM]) : []
  }

  /** The record is checked, its items are not. */
  private itemScope(branch: Branch, path: Scope['path']): Scope {
    const columns = branchColumns(branch, branch.source.name)
    const item = columns[ITEM]
    return this.scope(item === undefined ? columns : { ...columns, ...allNullable({ [ITEM]: item }) }, path)
  }

  private branchFilter(branch: Branch, path: Scope['path']): readonly string[] {
    return [
      ...(branch.where === undefined ? [] : [predicateSql(branch.where, this.itemScope(branch, path))]),
      ...this.contributes(branch.source),
    ]
  }

  private contributes(source: Source): readonly string[] {
    const position = this.reading.beyond?.[source.name]
    return position === undefined ? [] : [`${this.quote(LOG_COLUMNS.offset)} >= ${this.positionOf(position)}`]
  }

  /** The offset at which a record's partition goes on after the position. */
  private positionOf(position: LogPosition): string {
    const partition = this.quote(LOG_COLUMNS.partition)
    return position.length === 0
      ? '0'
      : caseWhen(
          position.map((next, number) => [`${partition} = ${number}`, integerLiteral(next)] as const),
          '0',
        )
  }

  private columnsUsed(source: Source): readonly string[] {
    const branches = this.stream.branches.filter((branch) => branch.source === source)
    const used = new Set(
      branches.flatMap((branch) => [
        ...Object.values(branch.select).flatMap(columnsRead),
        ...(branch.where === undefined ? [] : columnsRead(branch.where)),
        ...(branch.unnest === undefined ? [] : [branch.unnest[0]]),
      ]),
    )
    return Object.keys(source.columns).filter((name) => used.has(name))
  }

  private reason(rules: readonly AdmissionRule[], scope: Scope): string {
    if (rules.length === 0) return `CAST(NULL AS ${this.dialect.types.text})`
    return caseWhen(
      rules.map((rule) => [predicateSql(rule.refusedWhen, scope), wordLiteral(rule.reason)] as const),
    )
  }

  private readonly path = (path: Path): string => path.map(this.quote).join('.')

  private scope(columns: Columns, path: Scope['path'] = this.path): Scope {
    return { dialect: this.dialect, columns, path }
  }

  private plain(name: string): SelectColumn {
    return [this.quote(name), this.quote(name)]
  }

  private asInteger(value: number): string {
    return `CAST(${integerLiteral(value)} AS ${this.dialect.types.integer})`
  }
}
