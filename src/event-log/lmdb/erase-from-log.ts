import { mkdirSync } from 'node:fs'
import type { RootDatabase } from 'lmdb'
import type { Source } from '../../algebra/source.ts'
import { decodeDeadLetter, encodeDeadLetter } from '../contract/dead-letter-record.ts'
import { type Belongings, erasedBody, erasedLetter } from '../contract/erasing.ts'
import { decodeBody, encodeLogRecord } from '../contract/log-record.ts'
import { asFolderError, checkLmdbFile } from '../data-folder/lmdb-file.ts'
import { inOneTransaction } from '../data-folder/transaction.ts'
import { openRoot, openStores, type Stores } from './log-stores.ts'

export type LogErasing = {
  /** Folder of the log; only read. Nobody may append meanwhile. */
  readonly from: string
  /** Folder of the copy; empty. */
  readonly to: string
  readonly sources: readonly Source[]
  readonly theirs: Belongings
}

/** What was left out of the copy. */
export type LogErased = {
  /** Records, by topic. */
  readonly records: Readonly<Record<string, number>>
  /** Duplicates and refused events inside bodies. */
  readonly others: number
  readonly deadLetters: number
}

/** Bytes of one transaction of the copy. */
const BATCH_BYTES = 8 * 1024 * 1024
/** Stands for the id hash of an erased record. */
const NO_HASH = 0n
/** The newest log time comes before the hashes. */
const HASHES_AT = 8

/**
 * Copies a log without what is somebody's. Every other record keeps its offset, every other dead letter its
 * number; the copy is a file of its own, so nothing is left on pages that are no longer used.
 *
 * @throws EndcapError CORRUPT, DATA_FOLDER if the copy cannot be written
 */
export async function copyLogWithout({ from, to, sources, theirs }: LogErasing): Promise<LogErased> {
  checkLmdbFile(from)
  mkdirSync(to, { recursive: true })
  const source = openRoot(from, true)
  const target = openRoot(to, false)
  try {
    const counts = { records: {} as Record<string, number>, others: 0, deadLetters: 0 }
    const stores = openStores(source)
    await inBatches(target, openStores(target), copies(stores, sources, theirs, counts))
    return counts
  } catch (cause) {
    throw asFolderError(cause, to)
  } finally {
    await source.close()
    await target.close()
  }
}

type Copy = { readonly bytes: number; readonly puts: readonly ((stores: Stores) => PromiseLike<unknown>)[] }
type Counts = { records: Record<string, number>; others: number; deadLetters: number }

async function inBatches(
  root: RootDatabase<unknown, string>,
  stores: Stores,
  all: Iterable<Copy>,
): Promise<void> {
  let [batch, bytes]: [Copy[], number] = [[], 0]
  const flush = async () => {
    await inOneTransaction(
      root,
      batch.flatMap(({ puts }) => puts.map((put) => () => put(stores))),
    )
    batch = []
    bytes = 0
  }
  for (const copy of all) {
    batch.push(copy)
    bytes += copy.bytes
    if (bytes >= BATCH_BYTES) await flush()
  }
  await flush()
}

function* copies(
  from: Stores,
  sources: readonly Source[],
  theirs: Belongings,
  counts: Counts,
): Generator<Copy> {
  for (const { key, value } of from.bodies.getRange()) {
    yield* bodyCopies({ key, record: value, hashes: from.hashes.get(key) }, sources, theirs, counts)
  }
  for (const { key, value } of from.dead.getRange()) {
    const letter = decodeDeadLetter(value, key)
    const isTheirs =
      theirs.isNamedIn(Buffer.from(letter.bytes).toString('utf8')) || namesEscaped(letter.bytes, theirs)
    if (isTheirs) counts.deadLetters += 1
    const kept = isTheirs ? encodeDeadLetter(erasedLetter(letter)) : Buffer.from(value)
    yield { bytes: kept.length, puts: [({ dead }) => dead.put(key, kept)] }
  }
  for (const { key, value } of from.meta.getRange())
    yield { bytes: 0, puts: [({ meta }) => meta.put(key, value)] }
}

type Body = { readonly key: number; readonly record: Buffer; readonly hashes: Buffer | undefined }

function* bodyCopies(
  { key, record, hashes }: Body,
  sources: readonly Source[],
  theirs: Belongings,
  counts: Counts,
): Generator<Copy> {
  const erased = erasedBody(decodeBody(record, `log record at offset ${key}`), sources, theirs)
  // Values of a range are valid until the next step, so they are copied.
  const kept = erased === null ? Buffer.from(record) : encodeLogRecord(erased.body)
  const ids = Buffer.from(hashes ?? Buffer.alloc(HASHES_AT))
  for (const [place, topic] of erased?.records ?? []) {
    ids.writeBigUInt64LE(NO_HASH, HASHES_AT + place * BigUint64Array.BYTES_PER_ELEMENT)
    counts.records[topic] = (counts.records[topic] ?? 0) + 1
  }
  counts.others += erased?.others ?? 0
  yield {
    bytes: kept.length + ids.length,
    puts: [({ bodies }) => bodies.put(key, kept), ({ hashes: fresh }) => fresh.put(key, ids)],
  }
}

/** Whether a dead letter that is JSON names them in escapes. */
function namesEscaped(bytes: Uint8Array, theirs: Belongings): boolean {
  try {
    return theirs.isNamedIn(JSON.stringify(JSON.parse(Buffer.from(bytes).toString('utf8'))))
  } catch {
    return false
  }
}
