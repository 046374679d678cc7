import type { Stream } from '../../algebra/stream.ts'
import { type Definitions, sourcesOf, streamsOf } from '../definitions.ts'
import type { PairPlan, ViewPlan } from '../plan.ts'
import { ENTRY_COLUMNS, measureColumns, TILE_START } from '../sql-statistics.ts'
import { indent, type SqlFile } from '../sql-writer.ts'
import { sparkDialect } from './dialect.ts'
import { sparkSql } from './spark-sql.ts'

/** Names of the schemas, in the current catalog. */
export type MedallionSchemas = {
  /** A table or view a source, named as the source, with `tableColumns`. */
  readonly bronze: string
  /** Rows of streams: judged, unnested, each once; and what was refused. */
  readonly silver: string
  /** Tiles and pair statistics. */
  readonly gold: string
}

export const MEDALLION_SCHEMAS: MedallionSchemas = { bronze: 'bronze', silver: 'silver', gold: 'gold' }

/** People to be erased: `customer_id` and the key of nobody else. In the silver schema. */
export const ERASE_LIST = 'erase_list'

const { quote } = sparkSql

/**
 * What a lakehouse keeps up to date of the definitions, as scripts of statements for Spark with Delta and Databricks:
 * silver rows, gold tiles and gold pair sums, and what takes people out. Each may be run again at any time and by itself
 * leaves the tables as if everything had been computed anew from bronze: which event of an id counts is known of the
 * whole log alone, so all of it is read, and only rows that differ are written.
 *
 * @returns files of several statements, each ended by `;`, in the order in which they run
 */
export const medallion = (
  definitions: Definitions,
  schemas: MedallionSchemas = MEDALLION_SCHEMAS,
): readonly SqlFile[] =>
  medallionScripts(definitions, schemas).map(({ name, statements }) => ({
    name: `${name}.sql`,
    sql: statements.map((sql) => `${sql};\n`).join('\n'),
  }))

/** A script as the statements that it has. */
export type MedallionScript = { readonly name: ScriptName; readonly statements: readonly string[] }

/** In the order in which they run; those from 90 on only when somebody is erased. */
export const SCRIPT_NAMES = ['10.silver', '20.tiles', '30.pairs', '90.erase', '95.vacuum'] as const
export type ScriptName = (typeof SCRIPT_NAMES)[number]

export function medallionScripts(
  definitions: Definitions,
  schemas: MedallionSchemas = MEDALLION_SCHEMAS,
): readonly MedallionScript[] {
  const made = {
    '10.silver': silver,
    '20.tiles': tiles,
    '30.pairs': pairs,
    '90.erase': erase,
    '95.vacuum': vacuum,
  } as const satisfies Record<ScriptName, typeof silver>
  return SCRIPT_NAMES.map((name) => ({ name, statements: made[name](definitions, schemas) }))
}

/** What reads gold and silver back: all rows of a table, as the engines' clients give them. */
export const keptRows = {
  tiles: (plan: ViewPlan, { gold }: MedallionSchemas = MEDALLION_SCHEMAS): string =>
    `SELECT * FROM ${within(gold, goldTable(plan))}`,
  pairs: ({ pairs: { name } }: PairPlan, { gold }: MedallionSchemas = MEDALLION_SCHEMAS): string =>
    `SELECT * FROM ${within(gold, name)}`,
  refusals: ({ name }: Stream, { silver: schema }: MedallionSchemas = MEDALLION_SCHEMAS): string =>
    `SELECT * FROM ${within(schema, `${name}_refusals`)}`,
} as const

const within = (schema: string, table: string): string => `${quote(schema)}.${quote(table)}`

/** Table of a view's tiles in gold. */
export const goldTable = ({ tileName }: ViewPlan): string => tileName.replaceAll('.', '_')

function silver(definitions: Definitions, { bronze, silver: schema }: MedallionSchemas): readonly string[] {
  const { streams, horizon } = definitions
  return [
    `USE SCHEMA ${quote(bronze)}`,
    ...streamsOf(definitions).map((stream) =>
      replaced(within(schema, stream.name), sparkSql.rows(stream, horizon)),
    ),
    ...streams.map((stream) =>
      replaced(within(schema, `${stream.name}_refusals`), sparkSql.refusals(stream, horizon)),
    ),
  ]
}

/** In one step for whoever reads: before it the old rows, after it the new ones. */
const replaced = (table: string, query: string): string =>
  `CREATE OR REPLACE TABLE ${table} USING DELTA AS\n${query}`

function tiles({ views, batchViews }: Definitions, schemas: MedallionSchemas): readonly string[] {
  return [
    `USE SCHEMA ${quote(schemas.silver)}`,
    ...[...views, ...batchViews].flatMap((plan) => merged(plan, schemas)),
  ]
}

function merged(plan: ViewPlan, { gold }: MedallionSchemas): readonly string[] {
  const table = within(gold, goldTable(plan))
  const columns = measureColumns(plan, sparkDialect, 'tile')
  const key = [...plan.view.key, TILE_START, ...(plan.viewKind === 'sequence' ? [ENTRY_COLUMNS.rank] : [])]
  const same = (names: readonly string[]): string =>
    names.map((name) => `kept.${quote(name)} <=> computed.${quote(name)}`).join(' AND ')
  const values = columns.filter((name) => !key.includes(name))
  return [
    `CREATE TABLE IF NOT EXISTS ${table} (\n${indent(columns.map((name) => typed(plan, name)).join(',\n'))}\n) USING DELTA`,
    [
      `MERGE INTO ${table} AS kept`,
      `USING (\n${indent(sparkSql.tilesOfTables(plan))}\n) AS computed`,
      `ON ${same(key)}`,
      `WHEN MATCHED AND NOT (${same(values)}) THEN UPDATE SET *`,
      'WHEN NOT MATCHED THEN INSERT *',
      'WHEN NOT MATCHED BY SOURCE THEN DELETE',
    ].join('\n'),
  ]
}

/** Words are text, everything else is an integer. */
function typed({ view }: ViewPlan, name: string): string {
  const { text, integer } = sparkDialect.types
  return `${quote(name)} ${view.key.includes(name) || name === ENTRY_COLUMNS.word ? text : integer}`
}

function pairs({ pairs: plans }: Definitions, { silver: schema, gold }: MedallionSchemas): readonly string[] {
  return [
    `USE SCHEMA ${quote(schema)}`,
    ...plans.map((plan) => replaced(within(gold, plan.pairs.name), sparkSql.pairsOfTable(plan))),
  ]
}

/** Columns by which an event is somebody's. */
const PERSON = 'customer_id'
const VISIT = 'session_id'

/**
 * Takes the people of the erase list out of bronze, with the visits in which they and nobody else were known. They are named in a table
 * and never in a statement, since Delta's log keeps predicates. Then the other scripts are run again, and the files of
 * before are removed once nobody may read an older version any more.
 */
function erase(definitions: Definitions, { bronze, silver: schema }: MedallionSchemas): readonly string[] {
  const list = within(schema, ERASE_LIST)
  const people = `SELECT DISTINCT ${quote(PERSON)} FROM ${list}`
  const deletions = sourcesOf(definitions).flatMap((source) => {
    const table = within(bronze, source.name)
    const columns = Object.keys(source.columns)
    if (!columns.includes(PERSON)) return []
    const visits = columns.includes(VISIT) ? [removed(table, VISIT, visitsOf(table, people), PERSON)] : []
    return [...visits, removed(table, PERSON, people)]
  })
  return [
    `CREATE TABLE IF NOT EXISTS ${list} (${quote(PERSON)} ${sparkDialect.types.text} NOT NULL) USING DELTA`,
    ...deletions,
  ]
}

/** Files that no version within the retention of Delta (7 days by default) needs: after it, what was erased is gone. */
function vacuum(
  definitions: Definitions,
  { bronze, silver: schema, gold }: MedallionSchemas,
): readonly string[] {
  const { streams, views, batchViews, pairs: plans } = definitions
  const tables = [
    ...sourcesOf(definitions).map(({ name }) => within(bronze, name)),
    ...streamsOf(definitions).map(({ name }) => within(schema, name)),
    ...streams.map(({ name }) => within(schema, `${name}_refusals`)),
    ...[...views, ...batchViews].map((plan) => within(gold, goldTable(plan))),
    ...plans.map((plan) => within(gold, plan.pairs.name)),
    within(schema, ERASE_LIST),
  ]
  return tables.map((table) => `VACUUM ${table}`)
}

/** Visits in which somebody of the list was known and nobody else. */
function visitsOf(table: string, people: string): string {
  const known = (who: string) =>
    `SELECT DISTINCT ${quote(VISIT)} FROM ${table} WHERE ${quote(PERSON)} ${who} (${people})`
  return `${known('IN')}\nEXCEPT\n${known('NOT IN')}`
}

/** Delta deletes by a join, not by a query in the condition. @param unknown column that is null in what goes */
const removed = (table: string, column: string, listed: string, unknown?: string): string =>
  [
    `MERGE INTO ${table} AS kept`,
    `USING (\n${indent(listed)}\n) AS listed`,
    `ON kept.${quote(column)} = listed.${quote(column)}` +
      (unknown === undefined ? '' : ` AND kept.${quote(unknown)} IS NULL`),
    'WHEN MATCHED THEN DELETE',
  ].join('\n')
