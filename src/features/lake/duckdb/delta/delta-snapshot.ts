import { readFileSync } from 'node:fs'
import { resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { DuckDbSession } from '../duckdb-session.ts'
import { textLiteral } from '../text-literal.ts'
import {
  type AddAction,
  type DeltaAction,
  damaged,
  type MetaDataAction,
  type ProtocolAction,
  parseActions,
  type RemoveAction,
} from './delta-action.ts'
import { deltaLogFiles } from './delta-log.ts'
import { type DeltaField, type DeltaType, notUnderstood } from './delta-type.ts'

export type DeltaFile = {
  /** In the file system. */
  readonly path: string
  /** As the log names it. */
  readonly logPath: string
  readonly partitionValues: Readonly<Record<string, string | null>>
}

/** One version of a Delta table: which files hold its rows. */
export type DeltaSnapshot = {
  readonly folder: string
  readonly version: number
  readonly protocol: ProtocolAction
  readonly metaData: MetaDataAction
  readonly columns: readonly DeltaField[]
  readonly files: readonly DeltaFile[]
  /** By application, the version that it committed last. */
  readonly transactions: ReadonlyMap<string, number>
}

/** Reader features under which rows are read as without; of the first two only while a table makes no use of them. */
const READER_FEATURES: ReadonlySet<string> = new Set([
  'deletionVectors',
  'columnMapping',
  'timestampNtz',
  'vacuumProtocolCheck',
])

/**
 * Replays the log of a table.
 *
 * @param session reads checkpoints
 * @param version absent: the newest
 * @throws EndcapError BAD_INPUT_FILE if it is no table, has no such version, or needs something that is not built
 *   (deletion vectors, column mapping, unknown features); CORRUPT if its log is damaged
 * @source Delta transaction log protocol, reader versions 1 to 3
 */
export async function deltaSnapshot(
  session: DuckDbSession,
  folder: string,
  version?: number,
): Promise<DeltaSnapshot> {
  const log = deltaLogFiles(folder, version)
  const replay = new Replay()
  for (const path of log.checkpoint) replay.add(await checkpointActions(session, path))
  for (const path of log.commits) replay.add(parseActions(readFileSync(path, 'utf8'), path))
  const { protocol, metaData } = replay
  if (protocol === undefined || metaData === undefined) {
    throw damaged(folder, 'its log has no protocol or no metadata')
  }
  requireReadable(folder, protocol, metaData)
  const adds = [...replay.adds.values()]
  if (adds.some(({ deletionVector }) => deletionVector !== undefined)) {
    throw notUnderstood(
      folder,
      'a deletion vector',
      "Set 'delta.enableDeletionVectors' = false, and run REORG TABLE ... APPLY (PURGE).",
    )
  }
  return {
    folder,
    version: log.version,
    protocol,
    metaData,
    columns: columnsOf(folder, metaData),
    files: adds.map((add) => ({
      path: filePath(folder, add.path),
      logPath: add.path,
      partitionValues: add.partitionValues ?? {},
    })),
    transactions: replay.transactions,
  }
}

class Replay {
  readonly adds = new Map<string, AddAction>()
  readonly transactions = new Map<string, number>()
  protocol: ProtocolAction | undefined
  metaData: MetaDataAction | undefined

  add(actions: readonly DeltaAction[]): void {
    for (const { add, remove, metaData, protocol, txn } of actions) {
      if (remove !== undefined) this.adds.delete(keyOf(remove))
      if (add !== undefined) this.adds.set(keyOf(add), add)
      if (metaData !== undefined) this.metaData = metaData
      if (protocol !== undefined) this.protocol = protocol
      if (txn !== undefined) this.transactions.set(txn.appId, Number(txn.version))
    }
  }
}

/** A file with a deletion vector is another one than without: one commit adds the one and removes the other. */
function keyOf({ path, deletionVector: vector }: AddAction | RemoveAction): string {
  return vector === undefined
    ? path
    : `${path} ${vector.storageType}${vector.pathOrInlineDv}@${vector.offset ?? ''}`
}

async function checkpointActions(session: DuckDbSession, path: string): Promise<readonly DeltaAction[]> {
  const rows = await session.rows(
    `SELECT to_json(c)::VARCHAR AS action FROM read_parquet(${textLiteral(path)}) c`,
  )
  return parseActions(rows.map((row) => String(row['action'])).join('\n'), path)
}

function requireReadable(folder: string, protocol: ProtocolAction, metaData: MetaDataAction): void {
  const { minReaderVersion, readerFeatures = [] } = protocol
  if (minReaderVersion > 3) throw notUnderstood(folder, `reader version ${minReaderVersion}`)
  const unknown = readerFeatures.find((feature) => !READER_FEATURES.has(feature))
  if (unknown !== undefined) throw notUnderstood(folder, `the feature '${unknown}'`)
  const mapping = metaData.configuration?.['delta.columnMapping.mode'] ?? 'none'
  if (mapping !== 'none') throw notUnderstood(folder, `column mapping by ${mapping}`)
  if (metaData.format?.provider !== 'parquet') {
    throw notUnderstood(folder, `the file format '${metaData.format?.provider}'`)
  }
}

function columnsOf(folder: string, { schemaString }: MetaDataAction): readonly DeltaField[] {
  try {
    const schema: DeltaType = JSON.parse(schemaString)
    if (typeof schema === 'object' && schema.type === 'struct') return schema.fields
  } catch (cause) {
    throw damaged(folder, 'its schema is not JSON', cause)
  }
  throw damaged(folder, 'its schema is no struct')
}

/** Where a file of the log lies. A relative path must stay within the table. */
function filePath(folder: string, logPath: string): string {
  if (/^[a-z][a-z0-9+.-]*:/i.test(logPath)) {
    if (!logPath.startsWith('file:')) throw notUnderstood(folder, `a file elsewhere ('${logPath}')`)
    return fileURLToPath(logPath.replace(/^file:\/*/, 'file:///'))
  }
  const root = resolve(folder)
  const path = resolve(root, decoded(folder, logPath))
  if (!path.startsWith(`${root}${sep}`))
    throw damaged(folder, `its log names '${logPath}', outside of the table`)
  return path
}

function decoded(folder: string, logPath: string): string {
  try {
    return decodeURIComponent(logPath)
  } catch (cause) {
    throw damaged(folder, `its log names '${logPath}', which is no path`, cause)
  }
}
