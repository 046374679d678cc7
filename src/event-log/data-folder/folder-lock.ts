import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EndcapError } from '../../core/errors.ts'

/** Held by the one process that writes to a folder. */
export type FolderLock = { readonly release: () => void }

type Holder = { readonly pid: number; readonly startedAt: string | null; readonly token: string }

/**
 * Claims a folder (made if absent) for writing. The lock of a process that died is taken over.
 * @throws EndcapError FOLDER_IN_USE while another process, or another writer of this one, holds it; DATA_FOLDER if
 *   nothing can be written there
 */
export function lockFolder(folder: string): FolderLock {
  const path = join(folder, 'writer.lock')
  const token = `${process.pid}-${process.hrtime.bigint()}`
  const mine = join(folder, `writer.${token}`)
  try {
    mkdirSync(folder, { recursive: true })
    writeFileSync(mine, JSON.stringify({ pid: process.pid, startedAt: startOf(process.pid), token }))
  } catch (cause) {
    throw new EndcapError('DATA_FOLDER', `cannot write to '${folder}'`, { cause })
  }
  try {
    while (!linked(mine, path)) clearStale(path, folder)
  } finally {
    rmSync(mine, { force: true })
  }
  return {
    release: () => {
      if (holderOf(path)?.token === token) rmSync(path, { force: true })
    },
  }
}

/** A hard link either appears whole or not at all. */
function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw new EndcapError('DATA_FOLDER', `cannot write '${to}'`, { cause: error })
  }
}

/** Removes a lock whose process is gone. @throws EndcapError FOLDER_IN_USE if it is alive */
function clearStale(path: string, folder: string): void {
  const holder = holderOf(path)
  if (holder === null) return
  if (isAlive(holder)) {
    throw new EndcapError('FOLDER_IN_USE', `process ${holder.pid} writes to '${folder}'`)
  }
  // Of several that find it stale one moves it away; what it moved is looked at again, lest it was a new one.
  const aside = `${path}.${process.pid}-${process.hrtime.bigint()}`
  try {
    renameSync(path, aside)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return
    throw error
  }
  const moved = holderOf(aside)
  if (moved !== null && moved.token !== holder.token) linked(aside, path)
  rmSync(aside, { force: true })
}

function holderOf(path: string): Holder | null {
  try {
    const holder: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (holder === null || typeof holder !== 'object') return NOBODY
    return { ...NOBODY, ...holder }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    if (error instanceof SyntaxError) return NOBODY
    throw error
  }
}

const NOBODY: Holder = { pid: 0, startedAt: null, token: '' }

function isAlive(holder: Holder): boolean {
  if (holder.pid <= 0) return false
  try {
    process.kill(holder.pid, 0)
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false
  }
  // The number may have been given to another process since; where the system tells, its start decides.
  const startedAt = startOf(holder.pid)
  return (
    startedAt !== GONE && (startedAt === null || holder.startedAt === null || startedAt === holder.startedAt)
  )
}

const GONE = 'gone'

/** When a process started, as Linux tells it (clock ticks since boot); `GONE` once it has ended; null elsewhere. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' || fields[0] === 'X' ? GONE : (fields[19] ?? null)
  } catch {
    return null
  }
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error ? String(error.code) : undefined
