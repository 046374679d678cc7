import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Clock, systemClock } from '../../core/clock.ts'
import { EndcapError } from '../../core/errors.ts'
import { isId } from '../../core/ids.ts'
import { copyLogWithout, type LogErased } from '../../event-log/lmdb/erase-from-log.ts'
import { artefactFolder } from '../../models/registry/folder/artefact-folder.ts'
import { copyDecisionsWithout } from '../../recommend/records/lmdb/copy-decisions.ts'
import { openShopLog, openShopState, shopFolders } from '../embedded-shop.ts'
import type { Report } from '../progress.ts'
import { catalog } from '../shop.ts'
import { backfill } from '../training/backfill.ts'
import { train } from '../training/train.ts'
import type { Certificate, ErasedStore } from './certificate.ts'
import { ERASURES_FOLDER } from './erasures-folder.ts'
import { fileHash } from './file-hash.ts'
import { Person } from './person.ts'
import { carriedOut, readRequests, writeRequests } from './requests.ts'
import { commitErasure, discardStaged, lockShop, rollForward, STAGING, stagedFolder } from './swap.ts'
import { readTombstones, tagOf, tombstoneKey, writeTombstones } from './tombstones.ts'

export type EraseOptions = {
  readonly dataDir: string
  readonly customer: string
  readonly clock?: Clock
  readonly report?: Report
}

/** Environments of LMDB: the file that is swapped, and the one that is made anew by whoever opens it next. */
const DATA_FILE = 'data.mdb'
const READERS_FILE = 'lock.mdb'

/**
 * Erases a customer from a data folder: their records, visits and orders from the log, and with them from all
 * that is made from it. Everything is made anew beside what is there, then put in its place: whoever is cut off
 * leaves the old or the new. No server and no other command may have the folder.
 *
 * @throws EndcapError USAGE for what is no id, FOLDER_IN_USE, DATA_FOLDER if there is no log, CORRUPT
 */
export async function erase(options: EraseOptions): Promise<Certificate> {
  const { dataDir, customer } = options
  if (!isId(customer)) throw new EndcapError('USAGE', `'${customer}' is no customer id`)
  // Looks whether it is a shop at all, and ends an erasure that was cut off.
  await (await openShopLog({ dataDir, readOnly: true })).close()
  const lock = lockShop(dataDir)
  try {
    discardStaged(dataDir)
    const certificate = await new Erasure(options).stage()
    return certificate
  } finally {
    lock.release()
  }
}

class Erasure {
  readonly #dataDir: string
  readonly #next: string
  readonly #customer: string
  readonly #clock: Clock
  readonly #report: Report
  readonly #stores: ErasedStore[] = []
  readonly #removes: string[] = []

  constructor({ dataDir, customer, clock = systemClock, report = () => {} }: EraseOptions) {
    this.#dataDir = dataDir
    this.#next = stagedFolder(dataDir)
    this.#customer = customer
    this.#clock = clock
    this.#report = report
  }

  async stage(): Promise<Certificate> {
    const requests = readRequests(this.#dataDir)
    const request = requests.pending.find(({ customer_id }) => customer_id === this.#customer)
    const requestedAt = request?.requested_at ?? this.#clock()
    const { person, position } = await this.#find()
    mkdirSync(this.#next, { recursive: true })
    copyFileSync(shopFolders(this.#dataDir).manifest, shopFolders(this.#next).manifest)
    const erased = await this.#stageLog(person)
    const count = Object.values(erased.records).reduce((sum, records) => sum + records, 0)
    const erasures = readTombstones(this.#dataDir).erasures + (count > 0 ? 1 : 0)
    await this.#stageDecisions(person)
    if (count > 0) await this.#stageWhatIsMadeOfTheLog(erasures)
    else for (const store of ['lake', 'state', 'models']) this.#stores.push(nothingFound(store))
    const tag = this.#stageTombstones(person, erasures)
    if (request !== undefined) {
      writeRequests(this.#next, carriedOut(requests, { customer: this.#customer, person: tag }))
    }
    const { sessions, orders, shared } = person.ids
    const certificate: Certificate = {
      format: 1,
      person: tag,
      requested_at: requestedAt,
      removed_at: null,
      log_position: position,
      records: erased.records,
      duplicates_and_refused: erased.others,
      dead_letters: erased.deadLetters,
      sessions: sessions.size,
      orders: orders.size,
      shared_ids: shared.size,
      stores: [...this.#stores, ...this.#notReached()],
    }
    commitErasure(this.#dataDir, { format: 1, moves: this.#moves(), removes: this.#removes, certificate })
    return rollForward(this.#dataDir, this.#clock)
  }

  async #find(): Promise<{ readonly person: Person; readonly position: number }> {
    this.#report('looking for their records')
    const log = await openShopLog({ dataDir: this.#dataDir, readOnly: true })
    try {
      return { person: await Person.find(this.#customer, () => log.read(0)), position: log.position }
    } finally {
      await log.close()
    }
  }

  async #stageLog({ belongings }: Person): Promise<LogErased> {
    this.#report('copying the log without them')
    const [from, to] = [shopFolders(this.#dataDir).log, shopFolders(this.#next).log]
    const erased = await copyLogWithout({ from, to, sources: catalog.sources, theirs: belongings })
    rmSync(join(to, READERS_FILE), { force: true })
    const found = Object.keys(erased.records).length + erased.others + erased.deadLetters
    if (found === 0) {
      rmSync(to, { recursive: true })
      this.#stores.push(nothingFound('log'))
      return erased
    }
    const [before, after] = [fileHash(join(from, DATA_FILE)), fileHash(join(to, DATA_FILE))]
    this.#removes.push(join('log', READERS_FILE))
    this.#stores.push(removed('log', { sha256_before: before, sha256_after: after }))
    return erased
  }

  /** Decisions are of nobody else's making: those that were made for them are left out of a copy. */
  async #stageDecisions({ belongings }: Person): Promise<void> {
    this.#report('copying the decisions without them')
    const [from, to] = [shopFolders(this.#dataDir).decisions, shopFolders(this.#next).decisions]
    const copied = await copyDecisionsWithout(from, to, ({ customerId, sessionId }) =>
      belongings.owns('clickstream', { customer_id: customerId, session_id: sessionId }),
    )
    rmSync(join(to, READERS_FILE), { force: true })
    if (copied === null || copied.erased === 0) {
      rmSync(to, { recursive: true, force: true })
      this.#stores.push(nothingFound('decisions'))
      return
    }
    this.#removes.push(join('decisions', READERS_FILE))
    this.#stores.push(removed('decisions', { erased: copied.erased, kept: copied.kept }))
  }

  /** Lake, state and model are functions of the log: they are made from the copy as they were from the log. */
  async #stageWhatIsMadeOfTheLog(erasures: number): Promise<void> {
    const [now, next] = [shopFolders(this.#dataDir), shopFolders(this.#next)]
    const registry = artefactFolder(now.models)
    const [versions, current] = [await registry.versions(), await registry.current()]
    await artefactFolder(next.models).noteErasures(erasures)
    if (existsSync(join(now.state, DATA_FILE))) {
      this.#report('computing the state without them')
      await this.#stageState()
    } else this.#stores.push(nothingFound('state'))
    let retrained: string | null = null
    if (current !== null) {
      this.#report('learning again without them')
      const { manifest } = await train({
        dataDir: this.#next,
        promotion: 'always',
        clock: this.#clock,
        report: this.#report,
      })
      retrained = manifest.version
    }
    const [hadModels, hadLake] = [versions.length > 0, entriesOf(now.lake).length > 0]
    this.#stores.push(
      hadModels ? removed('models', { deleted: versions, retrained }) : nothingFound('models'),
    )
    this.#stores.push(hadLake ? removed('lake', {}) : nothingFound('lake'))
    for (const name of ['lake', 'models'] as const) {
      for (const entry of entriesOf(now[name])) {
        if (!existsSync(join(next[name], entry))) this.#removes.push(join(name, entry))
      }
    }
  }

  async #stageState(): Promise<void> {
    const before = await stateHashOf(this.#dataDir)
    await backfill(this.#next, this.#report)
    const after = await stateHashOf(this.#next)
    rmSync(join(shopFolders(this.#next).state, READERS_FILE), { force: true })
    this.#removes.push(join('state', READERS_FILE))
    this.#stores.push(removed('state', { hash_before: before, hash_after: after }))
  }

  #stageTombstones(person: Person, erasures: number): string {
    const key = tombstoneKey(this.#dataDir)
    const before = readTombstones(this.#dataDir)
    const tags = new Set([...before.tags, ...person.own.map((id) => tagOf(key, id))])
    writeTombstones(this.#next, { ...before, erasures, tags: [...tags].toSorted() })
    return tagOf(key, { kind: 'customer', id: this.#customer })
  }

  /** Everything staged, file by file for LMDB, entry by entry for folders. */
  #moves(): readonly string[] {
    return ['log', 'state', 'lake', 'models', 'decisions', ERASURES_FOLDER].flatMap((name) =>
      entriesOf(join(this.#next, name)).map((entry) => join(name, entry)),
    )
  }

  #notReached(): readonly ErasedStore[] {
    const known = new Set([
      ...['log', 'state', 'lake', 'models', 'decisions', 'manifest.json'],
      ERASURES_FOLDER,
      STAGING,
    ])
    const others = readdirSync(this.#dataDir).filter((name) => !known.has(name))
    const outside = 'backups, exports, copies of this folder, and what the shop itself keeps'
    return [...others, outside].map((store) => ({ store, outcome: 'not_reached', removed_at: null }))
  }
}

/** Names in a folder but for those of writers; none if it is not there. */
const entriesOf = (folder: string): readonly string[] =>
  existsSync(folder) ? readdirSync(folder).filter((name) => !name.startsWith('writer.')) : []

async function stateHashOf(dataDir: string): Promise<string> {
  const state = await openShopState({ dataDir, readOnly: true })
  try {
    return state.hash()
  } finally {
    await state.close()
  }
}

const removed = (store: string, details: Readonly<Record<string, unknown>>): ErasedStore => ({
  store,
  outcome: 'removed',
  removed_at: null,
  ...details,
})

const nothingFound = (store: string): ErasedStore => ({ store, outcome: 'nothing_found', removed_at: null })
