import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { LoggedRecord } from '../../../algebra/source.ts'
import type { Stream } from '../../../algebra/stream.ts'
import type { Window } from '../../../algebra/view.ts'
import { type Definitions, sourcesOf } from '../../../compile/definitions.ts'
import type { PairPlan, ViewPlan } from '../../../compile/plan.ts'
import { sparkSql } from '../../../compile/spark/spark-sql.ts'
import { pairRowsOf, refusalsOf, tileRowsOf, windowRowsOf } from '../../../compile/sql-results.ts'
import type { StatisticsEngine } from '../../engine.ts'
import type { SparkSql } from './spark-sql.ts'

/** Writes the records of each source as `<folder>/<source>.parquet`, with the columns of its table. */
export type ParquetWriter = (
  definitions: Definitions,
  records: readonly LoggedRecord[],
  folder: string,
) => Promise<void>

export type SparkEngineOptions = {
  /** Closed by whoever opened it. */
  readonly spark: SparkSql
  /** A folder that both sides see; made, and deleted on close. */
  readonly folder: string
  readonly writeParquet: ParquetWriter
}

/** The exact statistics by Spark SQL over Parquet files. Has no gaps. */
export class SparkEngine implements StatisticsEngine {
  readonly name = 'spark'
  private readonly options: SparkEngineOptions
  private definitions: Definitions | undefined

  constructor(options: SparkEngineOptions) {
    this.options = options
  }

  gapOf(): undefined {
    return undefined
  }

  async load(definitions: Definitions, records: readonly LoggedRecord[]): Promise<void> {
    const { spark, folder, writeParquet } = this.options
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder, { recursive: true })
    await writeParquet(definitions, records, folder)
    for (const source of sourcesOf(definitions)) {
      const file = join(folder, `${source.name}.parquet`)
      const columns = sparkSql.tableColumns(source).map(({ name, type }) => `${sparkSql.quote(name)} ${type}`)
      await spark.query(
        `CREATE OR REPLACE TEMPORARY VIEW ${sparkSql.quote(source.name)} (${columns.join(', ')}) ` +
          `USING parquet OPTIONS (path '${file.replaceAll("'", "\\'")}')`,
      )
    }
    this.definitions = definitions
  }

  async tiles(plan: ViewPlan) {
    return tileRowsOf(plan, await this.options.spark.query(sparkSql.tiles(plan)))
  }

  async window(plan: ViewPlan, window: Window, asOf: number) {
    return windowRowsOf(plan, await this.options.spark.query(sparkSql.window(plan, window, asOf)))
  }

  async pairs(plan: PairPlan) {
    return pairRowsOf(await this.options.spark.query(sparkSql.pairs(plan)))
  }

  async refusals(stream: Stream) {
    if (this.definitions === undefined) throw new Error('bug: asked before anything was loaded')
    const sql = sparkSql.refusals(stream, this.definitions.horizon)
    return refusalsOf(await this.options.spark.query(sql))
  }

  async close(): Promise<void> {
    await rm(this.options.folder, { recursive: true, force: true })
  }
}
