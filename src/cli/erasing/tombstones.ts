import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EndcapError } from '../../core/errors.ts'
import type { Belongings } from '../../event-log/contract/erasing.ts'
import { belongingsOf, type IdKind } from './belongings.ts'
import { ERASURES_FOLDER, readErasuresFile } from './erasures-folder.ts'
import { hmacSha256 } from './hmac.ts'
import type { PersonId } from './person.ts'
import { readRequests } from './requests.ts'

/** What a data folder knows of those who were erased: keyed hashes of their ids, no id. */
export type Tombstones = {
  readonly format: number
  /** How often somebody was erased. */
  readonly erasures: number
  /** HMAC-SHA-256 of kind and id, hex. */
  readonly tags: readonly string[]
}

const FORMAT = 1
const KEY = 'key'
const TOMBSTONES = 'tombstones.json'
const KEY_BYTES = 32
/** Answers kept, so that an id that comes often is hashed once. */
const KEPT_ANSWERS = 100_000

const NONE: Tombstones = { format: FORMAT, erasures: 0, tags: [] }

/** @throws EndcapError CORRUPT, UNKNOWN_FORMAT */
export function readTombstones(dataDir: string): Tombstones {
  const read = readErasuresFile(dataDir, TOMBSTONES)
  if (read === undefined) return NONE
  if (isTombstones(read)) return read
  const place = join(dataDir, ERASURES_FOLDER, TOMBSTONES)
  throw new EndcapError('UNKNOWN_FORMAT', 'holds no tombstones', { place })
}

/** Writes them below a folder, in one step; durable when it returns. */
export function writeTombstones(folder: string, tombstones: Tombstones): void {
  const path = join(folder, ERASURES_FOLDER, TOMBSTONES)
  mkdirSync(join(folder, ERASURES_FOLDER), { recursive: true })
  writeFileSync(`${path}.part`, `${JSON.stringify(tombstones)}\n`, { flush: true })
  renameSync(`${path}.part`, path)
}

/** The key of a data folder's tombstones, made at the first call; only its owner may read the file. */
export function tombstoneKey(dataDir: string): Buffer {
  const path = join(dataDir, ERASURES_FOLDER, KEY)
  mkdirSync(join(dataDir, ERASURES_FOLDER), { recursive: true })
  if (!existsSync(path)) {
    writeFileSync(`${path}.part`, randomBytes(KEY_BYTES).toString('hex'), { mode: 0o600, flush: true })
    renameSync(`${path}.part`, path)
  }
  const key = Buffer.from(readFileSync(path, 'utf8').trim(), 'hex')
  if (key.length === KEY_BYTES) return key
  throw new EndcapError('CORRUPT', 'is no key', { place: path, remedy: 'Restore it from a backup.' })
}

/** HMAC-SHA-256 of an id under the key of a data folder, hex. */
export const tagOf = (key: Buffer, id: PersonId): string => tagger(key)(id)

/** Tells what belongs to somebody who was erased, or asked to be; undefined while nobody did. */
export function erasedPeople(dataDir: string): Belongings | undefined {
  const { tags } = readTombstones(dataDir)
  const pending = new Set(readRequests(dataDir).pending.map(({ customer_id }) => customer_id))
  if (tags.length + pending.size === 0) return undefined
  const [tag, known] = [tagger(tombstoneKey(dataDir)), new Set(tags)]
  const answers = new Map<string, boolean>()
  const has = (kind: IdKind, id: string): boolean => {
    const name = `${kind} ${id}`
    const before = answers.get(name)
    if (before !== undefined) return before
    if (answers.size >= KEPT_ANSWERS) answers.clear()
    const answer = (kind === 'customer' && pending.has(id)) || known.has(tag({ kind, id }))
    answers.set(name, answer)
    return answer
  }
  const isWord = (word: string) => has('customer', word) || has('session', word) || has('order', word)
  return belongingsOf({ has, isWord })
}

function tagger(key: Buffer): (id: PersonId) => string {
  const hmac = hmacSha256(key)
  return ({ kind, id }) => hmac(`${kind} ${id}`)
}

const isTombstones = (value: unknown): value is Tombstones =>
  typeof value === 'object' &&
  value !== null &&
  'format' in value &&
  value.format === FORMAT &&
  'erasures' in value &&
  Number.isSafeInteger(value.erasures) &&
  'tags' in value &&
  Array.isArray(value.tags)
