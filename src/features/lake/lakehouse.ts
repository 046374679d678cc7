import type { Stream } from '../../algebra/stream.ts'
import type { Definitions } from '../../compile/definitions.ts'
import type { PairRow } from '../../compile/inprocess/naive-pairs.ts'
import type { Refusal } from '../../compile/inprocess/rows.ts'
import type { PairPlan, ViewPlan } from '../../compile/plan.ts'
import {
  keptRows,
  MEDALLION_SCHEMAS,
  type MedallionSchemas,
  medallionScripts,
  type ScriptName,
} from '../../compile/spark/medallion.ts'
import { pairRowsOf, refusalsOf, tileRowsOf } from '../../compile/sql-results.ts'
import type { TileRow } from '../../compile/tile.ts'
import type { SqlConnection } from './sql-connection.ts'

export type Step = { readonly script: ScriptName; readonly number: number; readonly of: number }

export type LakehouseOptions = {
  /** Closed by whoever opened it. */
  readonly sql: SqlConnection
  readonly definitions: Definitions
  readonly schemas?: MedallionSchemas
}

/** What is computed again from bronze; the scripts beyond are for erasures. */
export const REFRESH: readonly ScriptName[] = ['10.silver', '20.tiles', '30.pairs']

/** Bronze, silver and gold in an engine that keeps tables: brought up to date, and read as every engine's statistics. */
export class Lakehouse {
  readonly #options: LakehouseOptions

  constructor(options: LakehouseOptions) {
    this.#options = options
  }

  /**
   * Runs scripts statement by statement; each may be run again at any time.
   * @param onStep told before each statement
   * @throws EndcapError as the connection
   */
  async run(names: readonly ScriptName[] = REFRESH, onStep: (step: Step) => void = () => {}): Promise<void> {
    const { sql, definitions, schemas = MEDALLION_SCHEMAS } = this.#options
    for (const { name, statements } of medallionScripts(definitions, schemas)) {
      if (!names.includes(name)) continue
      for (const [index, statement] of statements.entries()) {
        onStep({ script: name, number: index + 1, of: statements.length })
        await sql.query(statement)
      }
    }
  }

  /** All tiles of a view, as `StatisticsEngine.tiles` gives them. */
  async tiles(plan: ViewPlan): Promise<readonly TileRow[]> {
    return tileRowsOf(plan, await this.#rows(keptRows.tiles(plan, this.#options.schemas)))
  }

  /** All sums of a pair statistic. */
  async pairs(plan: PairPlan): Promise<readonly PairRow[]> {
    return pairRowsOf(await this.#rows(keptRows.pairs(plan, this.#options.schemas)))
  }

  /** What of a stream's events did not count. */
  async refusals(stream: Stream): Promise<readonly Refusal[]> {
    return refusalsOf(await this.#rows(keptRows.refusals(stream, this.#options.schemas)))
  }

  async #rows(sql: string) {
    const rows = []
    for await (const chunk of this.#options.sql.chunks(sql)) rows.push(...chunk)
    return rows
  }
}
