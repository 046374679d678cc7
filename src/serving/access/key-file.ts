import {
  closeSync,
  fchmodSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { EndcapError } from '../../core/errors.ts'
import type { Logger } from '../../core/logger.ts'
import type { StoredKey } from './api-key.ts'
import { isScope } from './scopes.ts'

const FORMAT = 1
/** How soon a change of the file is seen, ms. */
const RELOAD_MS = 500

/**
 * The keys of a file, in order of creation; none if it is not there.
 * @throws EndcapError CORRUPT, UNKNOWN_FORMAT, DATA_FOLDER
 */
export function readKeys(path: string): readonly StoredKey[] {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return []
    throw new EndcapError('DATA_FOLDER', `'${path}' cannot be read`, { cause })
  }
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    // The error of the parser would quote the file.
    throw corrupt(path, 'it is not JSON')
  }
  if (!isRecord(parsed)) throw corrupt(path, 'it is no object')
  if (parsed['format'] !== FORMAT) {
    throw new EndcapError(
      'UNKNOWN_FORMAT',
      `'${path}' has format ${String(parsed['format'])}, not ${FORMAT}`,
      {
        remedy: 'Use the version of Endcap that wrote it, or delete it and create new keys.',
      },
    )
  }
  const { keys } = parsed
  if (!Array.isArray(keys) || !keys.every(isStoredKey)) throw corrupt(path, 'a key in it is malformed')
  return keys
}

/**
 * Changes the keys of a file (made if absent, mode 0600): written aside, flushed and renamed, so that a crash
 * leaves the old or the new. The file aside is also the lock against another change at the same time.
 * @throws EndcapError FOLDER_IN_USE, DATA_FOLDER; as `readKeys`, and what `change` throws
 */
export function changeKeys(path: string, change: (keys: readonly StoredKey[]) => readonly StoredKey[]): void {
  const aside = `${path}.new`
  const file = openAside(path, aside)
  try {
    const keys = change(readKeys(path))
    fchmodSync(file, 0o600)
    writeFileSync(file, `${JSON.stringify({ format: FORMAT, keys }, null, 2)}\n`)
    fsyncSync(file)
    renameSync(aside, path)
    flushFolder(dirname(path))
  } catch (cause) {
    rmSync(aside, { force: true })
    if (cause instanceof EndcapError) throw cause
    throw new EndcapError('DATA_FOLDER', `'${path}' cannot be written`, { cause })
  } finally {
    closeSync(file)
  }
}

function openAside(path: string, aside: string): number {
  try {
    mkdirSync(dirname(path), { recursive: true })
    return openSync(aside, 'wx', 0o600)
  } catch (cause) {
    if (codeOf(cause) !== 'EEXIST') {
      throw new EndcapError('DATA_FOLDER', `'${aside}' cannot be written`, { cause })
    }
    throw new EndcapError('FOLDER_IN_USE', `another process changes '${path}'`, {
      remedy: `Try again; if no other process does, one died while writing: delete '${aside}'.`,
    })
  }
}

function flushFolder(folder: string): void {
  const file = openSync(folder, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** The keys of a file as they are now: it is looked at again at most twice a second. */
export class KeyFile {
  readonly #path: string
  readonly #logger: Logger
  #keys: ReadonlyMap<string, StoredKey>
  #seen: string
  #lookedAt = 0
  #hadKeys: boolean

  /** @throws EndcapError as `readKeys` */
  constructor(path: string, logger: Logger) {
    this.#path = path
    this.#logger = logger
    this.#seen = signature(path)
    this.#keys = byId(readKeys(path))
    this.#hadKeys = this.#keys.size > 0
  }

  /** By id, revoked ones too. A file that cannot be read leaves those from before. */
  get keys(): ReadonlyMap<string, StoredKey> {
    const now = performance.now()
    if (now - this.#lookedAt >= RELOAD_MS) {
      this.#lookedAt = now
      this.#reload()
    }
    return this.#keys
  }

  /** Whether there is or was a key, revoked ones too: taking keys away never opens what they closed. */
  get hasKeys(): boolean {
    return this.keys.size > 0 || this.#hadKeys
  }

  #reload(): void {
    const found = signature(this.#path)
    if (found === this.#seen) return
    this.#seen = found
    try {
      this.#keys = byId(readKeys(this.#path))
      this.#hadKeys ||= this.#keys.size > 0
      this.#logger.info({ keys: this.#keys.size }, 'keys were read again')
    } catch (error) {
      this.#logger.error({ err: error }, 'the keys cannot be read; those from before stay in force')
    }
  }
}

const byId = (keys: readonly StoredKey[]): ReadonlyMap<string, StoredKey> =>
  new Map(keys.map((key) => [key.id, key]))

function signature(path: string): string {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
  return stat === undefined ? 'absent' : `${stat.ino}:${stat.size}:${stat.mtimeNs}`
}

function isStoredKey(value: unknown): value is StoredKey {
  if (!isRecord(value)) return false
  const { id, name, scopes, sha256, created_at, revoked_at } = value
  return (
    typeof id === 'string' &&
    /^[0-9a-f]{12}$/.test(id) &&
    (name === null || typeof name === 'string') &&
    Array.isArray(scopes) &&
    scopes.every((scope) => typeof scope === 'string' && isScope(scope)) &&
    typeof sha256 === 'string' &&
    /^[0-9a-f]{64}$/.test(sha256) &&
    typeof created_at === 'number' &&
    (revoked_at === null || typeof revoked_at === 'number')
  )
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object'

const corrupt = (path: string, what: string): EndcapError =>
  new EndcapError('CORRUPT', what, {
    place: path,
    remedy: 'Put a copy back, or delete the file and create new keys with `endcap keys create`.',
  })

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error ? String(error.code) : undefined
