import type { LoggedRecord } from '../../algebra/source.ts'
import { type Definitions, sourcesOf } from '../../compile/definitions.ts'
import { EndcapError } from '../../core/errors.ts'
import { hash64 } from '../../core/hash.ts'
import { formatOf } from '../../datagen/importers/formats.ts'
import { NO_CONSENT } from '../../datagen/importers/import-format.ts'
import { hostileEvents } from '../../features/hostile-events.ts'
import { tableReader } from '../importing/table-reader.ts'

/** As many as a small topic has: enough for records to arrive out of order between them. */
const PARTITIONS = 3
const DEFAULT_EVENTS = 100_000

export type RecordOptions = {
  /** Folder or file that `import` reads; absent: events of a made-up, hostile shop. */
  readonly data?: string
  /** At most so many; default: 100,000 made-up ones, or all of the folder. */
  readonly events?: number
  readonly seed: string
}

/**
 * The events that engines are compared on, as a log of three partitions a topic.
 * @throws EndcapError BAD_INPUT_FILE if the folder cannot be read or has no event of any stream
 */
export async function recordsToVerify(
  definitions: Definitions,
  { data, events, seed }: RecordOptions,
): Promise<readonly LoggedRecord[]> {
  if (data === undefined) {
    return hostileEvents({ seed, events: events ?? DEFAULT_EVENTS, partitions: PARTITIONS })
  }
  const records = await importedRecords(definitions, data, events ?? Infinity)
  if (records.length === 0) {
    throw new EndcapError('BAD_INPUT_FILE', `'${data}' has no event that any stream reads`)
  }
  return records
}

/** Imported events of the streams' topics, each logged at its own instant, in the order of the data. */
async function importedRecords(definitions: Definitions, path: string, limit: number) {
  const sources = new Map(sourcesOf(definitions).map((source) => [source.name, source] as const))
  const next = new Map<string, number>()
  const records: LoggedRecord[] = []
  for await (const imported of formatOf(path).read(path, NO_CONSENT, { tables: tableReader })) {
    if (records.length >= limit) break
    if (imported.kind !== 'event') continue
    const { topic, value } = imported
    const source = sources.get(topic)
    if (source === undefined) continue
    const partition = Number(hash64(String(value[source.partitionBy])) % BigInt(PARTITIONS))
    const offset = next.get(`${topic}/${partition}`) ?? 0
    next.set(`${topic}/${partition}`, offset + 1)
    records.push({ topic, partition, offset, loggedAt: Number(value[source.at]), value })
  }
  return records
}
