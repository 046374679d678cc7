import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LOG_COLUMNS, type LoggedRecord, type Source } from '../../../algebra/source.ts'
import type { Stream } from '../../../algebra/stream.ts'
import type { Window } from '../../../algebra/view.ts'
import { type Definitions, sourcesOf } from '../../../compile/definitions.ts'
import { duckdbSql } from '../../../compile/duckdb/duckdb-sql.ts'
import type { PairPlan, ViewPlan } from '../../../compile/plan.ts'
import { pairRowsOf, refusalsOf, tileRowsOf, windowRowsOf } from '../../../compile/sql-results.ts'
import type { StatisticsEngine } from '../../engine.ts'
import { DuckDbSession } from './duckdb-session.ts'
import { textLiteral } from './text-literal.ts'

/** The exact statistics by DuckDB, from one table per source with all declared columns. Has no gaps. */
export class DuckDbEngine implements StatisticsEngine {
  readonly name = 'duckdb'
  private readonly session: DuckDbSession
  private definitions: Definitions | undefined

  private constructor(session: DuckDbSession) {
    this.session = session
  }

  static async open(): Promise<DuckDbEngine> {
    return new DuckDbEngine(await DuckDbSession.open())
  }

  gapOf(): undefined {
    return undefined
  }

  async load(definitions: Definitions, records: readonly LoggedRecord[]): Promise<void> {
    this.definitions = definitions
    for (const source of sourcesOf(definitions)) await loadRecords(this.session, source, records)
  }

  async tiles(plan: ViewPlan) {
    return tileRowsOf(plan, await this.session.rows(duckdbSql.tiles(plan)))
  }

  async window(plan: ViewPlan, window: Window, asOf: number) {
    return windowRowsOf(plan, await this.session.rows(duckdbSql.window(plan, window, asOf)))
  }

  async pairs(plan: PairPlan) {
    return pairRowsOf(await this.session.rows(duckdbSql.pairs(plan)))
  }

  async refusals(stream: Stream) {
    const { horizon } = this.loaded()
    return refusalsOf(await this.session.rows(duckdbSql.refusals(stream, horizon)))
  }

  /** Writes the loaded table of each source as `<folder>/<source>.parquet`, for engines that read files. */
  async writeParquet(folder: string): Promise<void> {
    for (const source of sourcesOf(this.loaded())) {
      const file = textLiteral(join(folder, `${source.name}.parquet`))
      await this.session.run(`COPY ${duckdbSql.quote(source.name)} TO ${file} (FORMAT parquet)`)
    }
  }

  async close(): Promise<void> {
    this.session.close()
  }

  private loaded(): Definitions {
    if (this.definitions === undefined) throw new Error('bug: asked before anything was loaded')
    return this.definitions
  }
}

/** Makes the table of a source anew from the records of its topic; columns as `duckdbSql.tableColumns`. */
export async function loadRecords(
  session: DuckDbSession,
  source: Source,
  records: readonly LoggedRecord[],
): Promise<void> {
  const columns = duckdbSql.tableColumns(source)
  const table = duckdbSql.quote(source.name)
  const declared = columns.map(({ name, type }) => `${duckdbSql.quote(name)} ${type}`).join(', ')
  await session.run(`CREATE OR REPLACE TABLE ${table} (${declared})`)
  const lines = records
    .filter((record) => record.topic === source.name)
    .map((record) => JSON.stringify({ ...record.value, ...coordinatesOf(record) }))
  if (lines.length === 0) return
  const folder = await mkdtemp(join(tmpdir(), 'endcap-load-'))
  try {
    const file = join(folder, 'records.ndjson')
    await writeFile(file, lines.join('\n'))
    const types = columns.map(({ name, type }) => `'${name}': '${type}'`).join(', ')
    await session.run(
      `INSERT INTO ${table} SELECT * FROM read_json(${textLiteral(file)}, ` +
        `format = 'newline_delimited', columns = {${types}})`,
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const coordinatesOf = (record: LoggedRecord) => ({
  [LOG_COLUMNS.partition]: record.partition,
  [LOG_COLUMNS.offset]: record.offset,
  [LOG_COLUMNS.loggedAt]: record.loggedAt,
})
