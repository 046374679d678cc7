import { type Database, open, type RootDatabase } from 'lmdb'

export const LOG_FORMAT = 1

/** The databases of the log's environment. */
export type Stores = {
  /** By first offset: the body. */
  readonly bodies: Database<Buffer, number>
  /** By first offset: newest log time (float64), then the id hashes. */
  readonly hashes: Database<Buffer, number>
  /** By sequence number. */
  readonly dead: Database<Buffer, number>
  readonly meta: Database<unknown, string>
}

/** @param folder of the environment; made if absent, unless it is only read */
export const openRoot = (folder: string, readOnly: boolean): RootDatabase<unknown, string> =>
  // overlappingSync false: a commit is on disk when its promise resolves. eventTurnBatching false: with lmdb 3.5.6 the
  // batch of an event turn has a promise of its own, which nobody can look at and which ends the process when the
  // disk is full; what belongs together is in one transaction anyway.
  open({
    path: folder,
    noSubdir: false,
    overlappingSync: false,
    eventTurnBatching: false,
    maxDbs: 8,
    readOnly,
  })

export function openStores(root: RootDatabase<unknown, string>): Stores {
  return {
    bodies: root.openDB({ name: 'bodies', encoding: 'binary' }),
    hashes: root.openDB({ name: 'hashes', encoding: 'binary' }),
    dead: root.openDB({ name: 'dead', encoding: 'binary' }),
    meta: root.openDB({ name: 'meta', encoding: 'json' }),
  }
}
