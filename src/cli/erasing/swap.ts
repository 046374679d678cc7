import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import type { Clock } from '../../core/clock.ts'
import { systemClock } from '../../core/clock.ts'
import { EndcapError } from '../../core/errors.ts'
import { type FolderLock, lockFolder } from '../../event-log/data-folder/folder-lock.ts'
import { type Certificate, certificateName, completed } from './certificate.ts'
import { ERASURES_FOLDER } from './erasures-folder.ts'

/** Everything that an erasure has on disk while it runs; gone when it is through. */
export const STAGING = 'erasing'
/** Folders whose writers must be away while files are swapped. */
const LOCKED = ['log', 'state', 'lake', 'decisions'] as const

/**
 * What is left to do once the new files are whole: written in one step, so an erasure has happened if it is
 * there and has not if it is not. Paths are relative to the data folder.
 */
export type Journal = {
  readonly format: 1
  /** Files and folders of the staged copy that take the places of those in the data folder. */
  readonly moves: readonly string[]
  /** Files and folders that nothing takes the place of. */
  readonly removes: readonly string[]
  readonly certificate: Certificate
}

export const stagedFolder = (dataDir: string): string => join(dataDir, STAGING, 'next')
const oldFolder = (dataDir: string): string => join(dataDir, STAGING, 'old')
const journalPath = (dataDir: string): string => join(dataDir, STAGING, 'journal.json')

/** Holds the folders of a shop against all writers. @throws EndcapError FOLDER_IN_USE */
export function lockShop(dataDir: string): FolderLock {
  const locks: FolderLock[] = []
  const release = () => {
    for (const lock of locks) lock.release()
  }
  try {
    for (const name of LOCKED) locks.push(lockFolder(join(dataDir, name)))
  } catch (error) {
    release()
    throw error
  }
  return { release }
}

/**
 * Brings an erasure to its end that was cut off after its journal was written; to be called before anything of
 * a data folder is opened. Nothing happens if there is none.
 * @throws EndcapError FOLDER_IN_USE while the erasure is still at it
 */
export function finishErasure(dataDir: string): void {
  if (!existsSync(journalPath(dataDir))) return
  const lock = lockShop(dataDir)
  try {
    if (existsSync(journalPath(dataDir))) rollForward(dataDir, systemClock)
  } finally {
    lock.release()
  }
}

/** Removes what an erasure left that was cut off before its journal: it has not happened. */
export const discardStaged = (dataDir: string): void =>
  rmSync(join(dataDir, STAGING), { recursive: true, force: true })

/** The step at which an erasure happens. Everything staged is durable before. */
export function commitErasure(dataDir: string, journal: Journal): void {
  flushAll(stagedFolder(dataDir))
  const path = journalPath(dataDir)
  writeFileSync(`${path}.part`, JSON.stringify(journal), { flush: true })
  renameSync(`${path}.part`, path)
  flush(dirname(path))
}

/**
 * Swaps the files of the journal and deletes the old ones; any part of it may have been done before.
 * The caller holds the shop's lock.
 * @returns the certificate, as it is kept
 */
export function rollForward(dataDir: string, clock: Clock): Certificate {
  const { moves, removes, certificate } = readJournal(dataDir)
  const old = oldFolder(dataDir)
  for (const path of moves) {
    const staged = join(stagedFolder(dataDir), path)
    if (!existsSync(staged)) continue
    putAway(dataDir, path, old)
    mkdirSync(dirname(join(dataDir, path)), { recursive: true })
    renameSync(staged, join(dataDir, path))
  }
  for (const path of removes) putAway(dataDir, path, old)
  for (const folder of new Set([...moves, ...removes].map(dirname))) {
    if (existsSync(join(dataDir, folder))) flush(join(dataDir, folder))
  }
  rmSync(old, { recursive: true, force: true })
  const final = completed(certificate, clock())
  const kept = join(dataDir, ERASURES_FOLDER, certificateName(final))
  writeFileSync(`${kept}.part`, `${JSON.stringify(final, null, 2)}\n`, { flush: true })
  renameSync(`${kept}.part`, kept)
  flush(dirname(kept))
  rmSync(journalPath(dataDir))
  discardStaged(dataDir)
  flush(dataDir)
  return final
}

/** Moves what lies at a path out of the way, if anything does. */
function putAway(dataDir: string, path: string, old: string): void {
  const from = join(dataDir, path)
  if (!existsSync(from)) return
  const to = join(old, path)
  mkdirSync(dirname(to), { recursive: true })
  rmSync(to, { recursive: true, force: true })
  renameSync(from, to)
}

function readJournal(dataDir: string): Journal {
  const path = journalPath(dataDir)
  try {
    const journal: Journal = JSON.parse(readFileSync(path, 'utf8'))
    if (journal.format === 1) return journal
  } catch (cause) {
    throw new EndcapError('CORRUPT', 'is not JSON', { place: path, cause })
  }
  throw new EndcapError('UNKNOWN_FORMAT', 'is of another version', {
    place: path,
    remedy: 'Run the version of Endcap that began the erasure.',
  })
}

function flushAll(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) flushAll(path)
    else flush(path)
  }
  flush(folder)
}

function flush(path: string): void {
  const descriptor = openSync(path, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
