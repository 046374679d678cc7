import { randomUUID } from 'node:crypto'
import { linkSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { duckdbSql } from '../../../../compile/duckdb/duckdb-sql.ts'
import type { Clock } from '../../../../core/clock.ts'
import { EndcapError } from '../../../../core/errors.ts'
import type { DuckDbSession } from '../duckdb-session.ts'
import { flush } from '../lake-folder.ts'
import { textLiteral } from '../text-literal.ts'
import type { DeltaAction, TransactionAction } from './delta-action.ts'
import { commitName, hasVersions, LOG_FOLDER } from './delta-log.ts'
import { type DeltaSnapshot, deltaSnapshot } from './delta-snapshot.ts'
import { type DeltaField, notUnderstood, nullable } from './delta-type.ts'

export type DeltaWrite = {
  /** Of the table; made with its first write. */
  readonly folder: string
  /** A query of the session: the rows to write. */
  readonly query: string
  /** `append`: columns that are new are added to the table, absent ones are null. `overwrite`: the columns too. */
  readonly mode: 'append' | 'overwrite'
  /** The application and how far it has come: a write that does not go beyond is none. */
  readonly transaction?: Pick<TransactionAction, 'appId' | 'version'>
  readonly clock: Clock
}

export type DeltaWritten = {
  /** Of the table, with the rows in it. */
  readonly version: number
  readonly rows: number
}

/** What a fresh table asks of those who read and write it: as little as there is. */
const PROTOCOL = { minReaderVersion: 1, minWriterVersion: 2 } as const
/** Features of writers that this one honours. */
const WRITER_FEATURES: ReadonlySet<string> = new Set(['appendOnly', 'invariants'])
/** Members of a column's metadata that ask more of whoever writes it. */
const DEMANDS = ['delta.invariants', 'delta.generationExpression', 'delta.identity.start'] as const
/** Others who commit at the same time; each try reads what they did. */
const TRIES = 20

/**
 * Adds a version to a Delta table: rows as one Parquet file, durable before the commit that names it, and the commit
 * itself only if nobody else has made that version. Appends try again after others; who overwrites does not.
 *
 * @returns null if the transaction has been committed before
 * @throws EndcapError BAD_INPUT_FILE if columns do not fit or the table needs what is not built (partitions, checks,
 *   generated columns, unknown features); FOLDER_IN_USE if somebody else wrote meanwhile; ENGINE_FAILED by the query
 * @source Delta transaction log protocol, writer version 2
 */
export async function writeDelta(session: DuckDbSession, write: DeltaWrite): Promise<DeltaWritten | null> {
  const { folder, query } = write
  mkdirSync(join(folder, LOG_FOLDER), { recursive: true })
  const columns = (await session.columnTypes(query)).map(({ name, type }) =>
    nullable(name, type, `${folder}, column '${name}'`),
  )
  let seen = await currentSnapshot(session, folder)
  if (isCommitted(seen, write)) return null
  const part = await writeRows(session, write)
  try {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const version = (seen?.version ?? -1) + 1
      const actions = actionsOf({ write, columns, seen, part })
      if (write.mode === 'append') await requireNoNulls(session, write, seen, part)
      if (tryCommit(folder, version, actions)) return { version, rows: part?.rows ?? 0 }
      if (write.mode === 'overwrite') break
      seen = await currentSnapshot(session, folder)
      if (isCommitted(seen, write)) {
        removePart(folder, part)
        return null
      }
    }
  } catch (error) {
    removePart(folder, part)
    throw error
  }
  removePart(folder, part)
  throw new EndcapError('FOLDER_IN_USE', 'somebody else wrote to the table meanwhile', {
    place: folder,
    remedy: 'Run it again: it starts from what they wrote.',
  })
}

type Part = { readonly name: string; readonly rows: number; readonly bytes: number }

/** Null for no rows. */
async function writeRows(session: DuckDbSession, { folder, query }: DeltaWrite): Promise<Part | null> {
  const name = `part-00000-${randomUUID()}.snappy.parquet`
  const path = join(folder, name)
  const [copied] = await session.rows(
    `COPY (${query}) TO ${textLiteral(path)} (FORMAT parquet, COMPRESSION snappy)`,
  )
  const rows = Number(copied?.['Count'])
  if (rows === 0) {
    rmSync(path)
    return null
  }
  flush(path)
  flush(folder)
  return { name, rows, bytes: statSync(path).size }
}

function removePart(folder: string, part: Part | null): void {
  if (part !== null) rmSync(join(folder, part.name), { force: true })
}

async function currentSnapshot(session: DuckDbSession, folder: string): Promise<DeltaSnapshot | null> {
  return hasVersions(folder) ? deltaSnapshot(session, folder) : null
}

/** @throws EndcapError BAD_INPUT_FILE if a column that may not be null is in a row that was written */
async function requireNoNulls(
  session: DuckDbSession,
  { folder }: DeltaWrite,
  seen: DeltaSnapshot | null,
  part: Part | null,
): Promise<void> {
  const required = (seen?.columns ?? []).filter(({ nullable: mayBeNull }) => !mayBeNull)
  if (part === null || required.length === 0) return
  const tests = required.map(({ name }, index) => `count_if(${duckdbSql.quote(name)} IS NULL) AS c${index}`)
  const file = textLiteral(join(folder, part.name))
  const [row] = await session.rows(`SELECT ${tests.join(', ')} FROM read_parquet(${file})`)
  const broken = required.find((_, index) => row?.[`c${index}`] !== 0)
  if (broken !== undefined) throw unfit(folder, `column '${broken.name}' may not be null`)
}

function isCommitted(seen: DeltaSnapshot | null, { transaction }: DeltaWrite): boolean {
  if (seen === null || transaction === undefined) return false
  return (seen.transactions.get(transaction.appId) ?? -1) >= transaction.version
}

type Commit = {
  readonly write: DeltaWrite
  readonly columns: readonly DeltaField[]
  readonly seen: DeltaSnapshot | null
  readonly part: Part | null
}

function actionsOf({ write, columns, seen, part }: Commit): readonly DeltaAction[] {
  const { folder, mode, transaction, clock } = write
  const now = clock()
  if (seen !== null) requireWritable(seen, mode)
  const schema = seen === null || mode === 'overwrite' ? columns : widened(folder, seen.columns, columns)
  const parameters = { mode: mode === 'append' ? 'Append' : 'Overwrite', partitionBy: '[]' }
  const operation = { timestamp: now, operation: 'WRITE', operationParameters: parameters }
  return [
    { commitInfo: { ...operation, isBlindAppend: mode === 'append', engineInfo: 'endcap' } },
    ...(seen === null ? [{ protocol: PROTOCOL }] : []),
    ...(seen === null || schema !== seen.columns ? [{ metaData: metaDataOf(seen, schema, now) }] : []),
    ...(transaction === undefined ? [] : [{ txn: { ...transaction, lastUpdated: now } }]),
    ...(mode === 'append' ? [] : removals(seen, now)),
    ...(part === null ? [] : [additionOf(part, now)]),
  ]
}

const removals = (seen: DeltaSnapshot | null, now: number): readonly DeltaAction[] =>
  (seen?.files ?? []).map(({ logPath }) => ({
    remove: { path: logPath, deletionTimestamp: now, dataChange: true },
  }))

const additionOf = ({ name, rows, bytes }: Part, now: number): DeltaAction => ({
  add: {
    path: name,
    partitionValues: {},
    size: bytes,
    modificationTime: now,
    dataChange: true,
    stats: JSON.stringify({ numRecords: rows }),
  },
})

const metaDataOf = (seen: DeltaSnapshot | null, fields: readonly DeltaField[], now: number) => ({
  ...(seen?.metaData ?? {
    id: randomUUID(),
    format: { provider: 'parquet', options: {} },
    partitionColumns: [],
    configuration: {},
    createdTime: now,
  }),
  schemaString: JSON.stringify({ type: 'struct', fields }),
})

/** The table's columns, then those that it does not have yet; the very same list if there are none. */
function widened(
  folder: string,
  own: readonly DeltaField[],
  written: readonly DeltaField[],
): readonly DeltaField[] {
  const byName = new Map(own.map((field) => [field.name.toLowerCase(), field]))
  for (const { name, type } of written) {
    const known = byName.get(name.toLowerCase())
    if (known !== undefined && JSON.stringify(known.type) !== JSON.stringify(type)) {
      throw unfit(
        folder,
        `column '${name}' is ${JSON.stringify(type)}, in the table ${JSON.stringify(known.type)}`,
      )
    }
  }
  const names = new Set(written.map(({ name }) => name.toLowerCase()))
  const required = own.find(({ name, nullable: mayBeNull }) => !mayBeNull && !names.has(name.toLowerCase()))
  if (required !== undefined)
    throw unfit(folder, `column '${required.name}' may not be null and is not written`)
  const added = written.filter(({ name }) => !byName.has(name.toLowerCase()))
  return added.length === 0 ? own : [...own, ...added]
}

function requireWritable({ folder, protocol, metaData, columns }: DeltaSnapshot, mode: string): void {
  const { minWriterVersion: version, writerFeatures = [] } = protocol
  if (version > 2 && version !== 7) throw notUnderstood(folder, `writer version ${version}`)
  const unknown = writerFeatures.find((feature) => !WRITER_FEATURES.has(feature))
  if (unknown !== undefined) throw notUnderstood(folder, `the feature '${unknown}'`)
  if (metaData.partitionColumns.length > 0) {
    throw notUnderstood(
      folder,
      `writing to the partitions (${metaData.partitionColumns.map(duckdbSql.quote).join(', ')})`,
    )
  }
  const demanding = columns.find(({ metadata }) => DEMANDS.some((name) => metadata?.[name] !== undefined))
  if (demanding !== undefined)
    throw notUnderstood(folder, `a check or generated value of '${demanding.name}'`)
  if (mode === 'overwrite' && metaData.configuration?.['delta.appendOnly'] === 'true') {
    throw unfit(folder, 'its rows may only be added to (delta.appendOnly)')
  }
}

const unfit = (place: string, message: string): EndcapError =>
  new EndcapError('BAD_INPUT_FILE', message, {
    place,
    remedy: 'Write to another folder, or change the table.',
  })

/**
 * Makes a version unless somebody else has: the commit is whole and durable before it has its name.
 * @returns false if the version is there already
 */
function tryCommit(folder: string, version: number, actions: readonly DeltaAction[]): boolean {
  const log = join(folder, LOG_FOLDER)
  const unfinished = join(log, `.${randomUUID()}.tmp`)
  writeFileSync(unfinished, actions.map((action) => `${JSON.stringify(action)}\n`).join(''), { flush: true })
  try {
    linkSync(unfinished, join(log, commitName(version)))
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  } finally {
    rmSync(unfinished, { force: true })
  }
  flush(log)
  return true
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined
