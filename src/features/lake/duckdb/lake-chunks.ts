import { setImmediate } from 'node:timers/promises'
import type { Stream } from '../../../algebra/stream.ts'
import type { Catalog } from '../../../catalog/catalog.ts'
import { duckdbSql } from '../../../compile/duckdb/duckdb-sql.ts'
import { IncrementalEngine } from '../../../compile/inprocess/incremental.ts'
import { encodeChunks, type OrderedTiles, tileCount } from '../../../compile/inprocess/incremental-load.ts'
import type { OwnerGroup } from '../../../compile/inprocess/incremental-owners.ts'
import type { Words } from '../../../compile/inprocess/words.ts'
import { planView, type ViewPlan } from '../../../compile/plan.ts'
import { keptFrom } from '../../../compile/retention.ts'
import { columnsReadBy } from '../../../compile/sql-statistics.ts'
import type { StoredChunk } from '../../online/state-store.ts'
import type { DuckDbSession } from './duckdb-session.ts'
import { readingBelow } from './lake-statistics.ts'
import { type OwnedRows, type Owners, StreamRows } from './stream-rows.ts'
import { tileColumns, wordColumns } from './tile-columns.ts'

export type LakeChunksOptions = {
  readonly catalog: Catalog
  /** All log records below it count, none beyond. */
  readonly position: number
  /** Instant of the newest event below it, epoch ms: what is older than a view's `retain` is passed over. */
  readonly newestAt: number
  /** Rows of a stream whose tiles are computed at one time, about: what is held in memory. */
  readonly rowsAtOnce?: number
}

const ROWS_AT_ONCE = 150_000
/** Chunks that are encoded without a pause: some milliseconds. */
const LOT = 1000

/** Tiles of some owners of a group, of all its views. */
type Computed = {
  readonly group: OwnerGroup
  readonly owners: readonly string[]
  readonly views: readonly OrderedTiles[]
}

/**
 * The state after the log records below a position, from the lake: chunks as a state store keeps them, in the order
 * of its keys. Owners are gone through range by range, so memory does not grow with the history.
 */
export class LakeChunks {
  /** Words of the chunks; complete once `chunks` has been gone through. */
  readonly words: Words
  /** Tiles by view so far. */
  readonly counts = new Map<string, number>()
  readonly #session: DuckDbSession
  readonly #options: LakeChunksOptions
  readonly #engine: IncrementalEngine

  /** @param session with the lake of an embedded log attached: its records are admitted and distinct */
  constructor(session: DuckDbSession, options: LakeChunksOptions) {
    const { views, horizon } = options.catalog
    this.#session = session
    this.#options = options
    this.#engine = new IncrementalEngine(views.map((view) => planView(view, horizon)))
    this.words = this.#engine.words
  }

  /** Each chunk once, in lots. While a range of owners is encoded and written, the next one is computed. */
  async *chunks(): AsyncGenerator<readonly StoredChunk[]> {
    const ranges = this.#ranges()
    let next = ranges.next()
    try {
      for (let range = await next; range.done !== true; range = await next) {
        next = ranges.next()
        // It is awaited in the next round; until then a failure is nobody's surprise.
        next.catch(() => {})
        yield* this.#encoded(range.value)
      }
    } finally {
      await next.catch(() => {})
      await ranges.return(undefined)
    }
  }

  async *#ranges(): AsyncGenerator<Computed, undefined> {
    const { rowsAtOnce = ROWS_AT_ONCE } = this.#options
    for (const stream of new Set(this.#engine.groups.map((group) => group.stream))) {
      const rows = await this.#rowsOf(stream)
      try {
        for (const group of this.#engine.groups.filter((one) => one.stream === stream)) {
          const owners = this.#ownersOf(group)
          for (const range of await rows.sort(owners, rowsAtOnce)) {
            yield await this.#computed(group, await rows.of(owners, range))
          }
        }
      } finally {
        await rows.drop()
      }
    }
  }

  #rowsOf(stream: Stream): Promise<StreamRows> {
    const { catalog, position } = this.#options
    const reading = { ...readingBelow(catalog, position), isCounted: true }
    const plans = this.#engine.groups
      .filter((group) => group.stream === stream)
      .flatMap(({ folders }) => folders.map(({ plan }) => plan))
    const from = this.#keptFrom(plans)
    const all = duckdbSql.rows(stream, catalog.horizon, reading)
    const rows = from === 0 ? all : `SELECT * FROM (${all}) WHERE ${duckdbSql.quote(stream.at)} >= ${from}`
    const words = [...new Set(plans.flatMap(wordColumns))]
    return StreamRows.open(this.#session, { stream, rows, words })
  }

  #ownersOf({ column, folders }: OwnerGroup): Owners {
    const plans = folders.map(({ plan }) => plan)
    const columns = new Set(plans.flatMap((plan) => [...columnsReadBy(plan)]))
    return { column, columns, from: this.#keptFrom(plans) }
  }

  /** Start of the oldest tile that any of the views keeps, epoch ms. */
  #keptFrom(plans: readonly ViewPlan[]): number {
    return Math.min(...plans.map((plan) => keptFrom(plan, this.#options.newestAt)))
  }

  async #computed(group: OwnerGroup, rows: OwnedRows): Promise<Computed> {
    const views: OrderedTiles[] = []
    for (const { plan } of group.folders) {
      const from = keptFrom(plan, this.#options.newestAt)
      const tiles = await tileColumns(this.#session, plan, { rows, from, words: this.words })
      views.push(tiles)
      const { name } = plan.view
      this.counts.set(name, (this.counts.get(name) ?? 0) + tileCount(plan, tiles))
    }
    return { group, owners: rows.texts.get(group.column) ?? [], views }
  }

  /** In lots; between two of them DuckDB is told what to compute next. */
  async *#encoded({ group, owners, views }: Computed): AsyncGenerator<readonly StoredChunk[]> {
    let lot: StoredChunk[] = []
    for (const { owner, number, bytes } of encodeChunks(group, views)) {
      lot.push({ group: group.index, owner: owners[owner] ?? '', number, bytes })
      if (lot.length < LOT) continue
      yield lot
      lot = []
      await setImmediate()
    }
    yield lot
  }
}
