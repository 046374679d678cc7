import type { PairWeight } from '../algebra/pair-statistic.ts'
import { STREAM_COLUMNS } from '../algebra/stream.ts'
import { EndcapError, unreachable } from '../core/errors.ts'
import type { Dialect } from './dialects.ts'
import type { PairPlan } from './plan.ts'
import { allNullable, predicateSql } from './sql-expressions.ts'
import {
  identifier,
  inParentheses,
  integerLiteral,
  type NamedQuery,
  type SelectColumn,
  select,
  unionAll,
} from './sql-writer.ts'

/** Columns of a pair statistic's rows. */
export const PAIR_COLUMNS = ['left_item', 'right_item', 'weight'] as const

/**
 * Sums of a pair statistic over the stream rows of `rows`. Pairs of positions are found by joining each
 * position with the table of gaps (`reach`) and then with the position at that gap: equalities only, so that
 * a long history costs its length times the number of gaps.
 */
export function pairsSql(
  plan: PairPlan,
  dialect: Dialect,
  rows: string,
): { readonly shared: readonly NamedQuery[]; readonly sums: string } {
  return new PairCompiler(plan, dialect).compile(rows)
}

class PairCompiler {
  private readonly plan: PairPlan
  private readonly dialect: Dialect

  constructor(plan: PairPlan, dialect: Dialect) {
    this.plan = plan
    this.dialect = dialect
  }

  compile(rows: string): { shared: readonly NamedQuery[]; sums: string } {
    const { weight } = this.plan.pairs
    switch (weight.kind) {
      case 'ordered':
        return {
          shared: [this.history(rows), this.reach(['weight'], gapsOf(weight))],
          sums: this.summed(this.orderedPairs()),
        }
      case 'unordered':
        return {
          shared: [
            this.history(rows),
            this.lengths(),
            this.reach([], gapsOf(weight)),
            this.pairsWithGap(weight),
          ],
          sums: this.summed(this.bothDirections()),
        }
      case 'together':
        return { shared: [this.history(rows), this.distinct(weight.maxDistinct)], sums: this.together() }
      default:
        return unreachable(weight)
    }
  }

  /** owner, item, position: from 0, by the total order, at most `maxHistory`. */
  private history(rows: string): NamedQuery {
    const { pairs } = this.plan
    const [owner, item] = [this.quote(pairs.owner), this.quote(pairs.item)]
    const order = [pairs.from.at, ...Object.values(STREAM_COLUMNS)].map(this.quote).join(', ')
    const scope = {
      dialect: this.dialect,
      columns: allNullable(pairs.from.columns),
      path: (path: readonly string[]) => path.map(this.quote).join('.'),
    }
    const numbered = select({
      columns: [
        [owner, this.quote('owner')],
        [item, this.quote('item')],
        [`ROW_NUMBER() OVER (PARTITION BY ${owner} ORDER BY ${order}) - 1`, this.quote('position')],
      ],
      from: rows,
      where: [
        `${owner} IS NOT NULL`,
        `${item} IS NOT NULL`,
        ...(pairs.where === undefined ? [] : [predicateSql(pairs.where, scope)]),
      ],
    })
    const query = select({
      columns: this.plain('owner', 'item', 'position'),
      from: inParentheses(numbered),
      where: [`${this.quote('position')} < ${integerLiteral(pairs.maxHistory)}`],
    })
    return [this.quote('history'), query]
  }

  /** owner, item, position + gap, gap and more columns of the table of gaps: from each position to later ones. */
  private reach(more: readonly string[], gaps: readonly (readonly number[])[]): NamedQuery {
    const columns = ['gap', ...more]
    const query = select({
      columns: [
        [this.column('p', 'owner'), this.quote('owner')],
        [this.column('p', 'item'), this.quote('item')],
        [`${this.column('p', 'position')} + ${this.column('w', 'gap')}`, this.quote('position')],
        ...columns.map((name): SelectColumn => [this.column('w', name), this.quote(name)]),
      ],
      from: `${this.quote('history')} AS ${this.quote('p')}\n  CROSS JOIN ${this.values('w', columns, gaps)}`,
    })
    return [this.quote('reach'), query, this.dialect.materialized]
  }

  private orderedPairs(): string {
    return select({
      columns: [
        [this.column('r', 'item'), this.quote('left_item')],
        [this.column('q', 'item'), this.quote('right_item')],
        [this.column('r', 'weight'), this.quote('weight')],
      ],
      from: this.positionsReached(),
    })
  }

  /** owner, length. */
  private lengths(): NamedQuery {
    const query = select({
      columns: [...this.plain('owner'), ['COUNT(*)', this.quote('length')]],
      from: this.quote('history'),
      groupBy: [this.quote('owner')],
    })
    return [this.quote('lengths'), query]
  }

  /** left_item, right_item, gap, weight: each pair of positions p <= q once. */
  private pairsWithGap(weight: Extract<PairWeight, { kind: 'unordered' }>): NamedQuery {
    const longest = Math.max(...weight.byGapAndRest.map((row) => row.length)) - 1
    const rows = [...weight.byGapAndRest.entries()].flatMap(([gap, byRest]) =>
      Array.from({ length: longest + 1 }, (_, rest) => [
        gap,
        rest,
        byRest[Math.min(rest, byRest.length - 1)] ?? 0,
      ]),
    )
    const rest = `${this.column('n', 'length')} - 2 - ${this.column('q', 'position')}`
    const w = this.values(
      'w',
      ['gap', 'rest', 'weight'],
      rows.filter(([, , value]) => value !== 0),
    )
    const query = select({
      columns: [
        [this.column('r', 'item'), this.quote('left_item')],
        [this.column('q', 'item'), this.quote('right_item')],
        [this.column('r', 'gap'), this.quote('gap')],
        [this.column('w', 'weight'), this.quote('weight')],
      ],
      from: [
        this.positionsReached(),
        `  JOIN ${this.quote('lengths')} AS ${this.quote('n')} ON ${this.column('n', 'owner')} = ${this.column('r', 'owner')}`,
        `  JOIN ${w} ON ${this.column('w', 'gap')} = ${this.column('r', 'gap')}` +
          ` AND ${this.column('w', 'rest')} = LEAST(${rest}, ${integerLiteral(longest)})`,
      ].join('\n'),
    })
    return [this.quote('pairs_with_gap'), query]
  }

  private bothDirections(): string {
    const [left, right] = [this.quote('left_item'), this.quote('right_item')]
    const from = this.quote('pairs_with_gap')
    return unionAll([
      select({ columns: this.plain('left_item', 'right_item', 'weight'), from }),
      select({
        columns: [[right, left], [left, right], ...this.plain('weight')],
        from,
        where: [`${this.quote('gap')} > 0`],
      }),
    ])
  }

  /** owner, item: the first distinct items by their first position. */
  private distinct(maxDistinct: number): NamedQuery {
    const firsts = select({
      columns: [...this.plain('owner', 'item'), [`MIN(${this.quote('position')})`, this.quote('position')]],
      from: this.quote('history'),
      groupBy: [this.quote('owner'), this.quote('item')],
    })
    const numbered = select({
      columns: [
        ...this.plain('owner', 'item'),
        [
          `ROW_NUMBER() OVER (PARTITION BY ${this.quote('owner')} ORDER BY ${this.quote('position')})`,
          this.quote('number'),
        ],
      ],
      from: inParentheses(firsts),
    })
    const query = select({
      columns: this.plain('owner', 'item'),
      from: inParentheses(numbered),
      where: [`${this.quote('number')} <= ${integerLiteral(maxDistinct)}`],
    })
    return [this.quote('distinct_items'), query]
  }

  private together(): string {
    const items = this.quote('distinct_items')
    return select({
      columns: [
        [this.column('p', 'item'), this.quote('left_item')],
        [this.column('q', 'item'), this.quote('right_item')],
        ['COUNT(*)', this.quote('weight')],
      ],
      from:
        `${items} AS ${this.quote('p')}\n  JOIN ${items} AS ${this.quote('q')}` +
        ` ON ${this.column('q', 'owner')} = ${this.column('p', 'owner')}`,
      groupBy: [this.column('p', 'item'), this.column('q', 'item')],
    })
  }

  /** `r`, a position with a gap, then `q`, what stands there in the same history. */
  private positionsReached(): string {
    const same = (name: string) => `${this.column('q', name)} = ${this.column('r', name)}`
    return (
      `${this.quote('reach')} AS ${this.quote('r')}\n` +
      `  JOIN ${this.quote('history')} AS ${this.quote('q')} ON ${same('owner')} AND ${same('position')}`
    )
  }

  private summed(pairs: string): string {
    const [left, right] = [this.quote('left_item'), this.quote('right_item')]
    return select({
      columns: [
        ...this.plain('left_item', 'right_item'),
        [`CAST(SUM(${this.quote('weight')}) AS ${this.dialect.types.integer})`, this.quote('weight')],
      ],
      from: inParentheses(pairs),
      groupBy: [left, right],
    })
  }

  /** `(VALUES (..), (..)) AS alias (columns)`. */
  private values(alias: string, columns: readonly string[], rows: readonly (readonly number[])[]): string {
    if (rows.length === 0) {
      throw new EndcapError('NOT_EXPRESSIBLE', 'has no weight but 0', {
        place: `pair statistic '${this.plan.pairs.name}'`,
      })
    }
    const lines = rows.map((row) => `(${row.map(integerLiteral).join(', ')})`).join(', ')
    return `(VALUES ${lines}) AS ${this.quote(alias)} (${columns.map(this.quote).join(', ')})`
  }

  private column(alias: string, name: string): string {
    return `${this.quote(alias)}.${this.quote(name)}`
  }

  private plain(...names: readonly string[]): SelectColumn[] {
    return names.map((name) => [this.quote(name), this.quote(name)])
  }

  private readonly quote = (name: string): string => identifier(name, this.dialect.quoteMark)
}

/** Rows of the table of gaps: gap and weight where the weight depends on the gap alone, else the gap. */
function gapsOf(weight: Exclude<PairWeight, { kind: 'together' }>): readonly (readonly number[])[] {
  return weight.kind === 'ordered'
    ? [...weight.byGap.entries()].filter(([gap, value]) => gap > 0 && value !== 0)
    : [...weight.byGapAndRest.keys()].map((gap) => [gap])
}
