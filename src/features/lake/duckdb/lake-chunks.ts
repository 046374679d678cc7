import type { Stream } from '../../../algebra/stream.ts'
import type { Catalog } from '../../../catalog/catalog.ts'
import { duckdbSql } from '../../../compile/duckdb/duckdb-sql.ts'
import { IncrementalEngine } from '../../../compile/inprocess/incremental.ts'
import { encodeChunks, type TileColumns, tileCount } from '../../../compile/inprocess/incremental-load.ts'
import type { OwnerGroup } from '../../../compile/inprocess/incremental-owners.ts'
import type { Words } from '../../../compile/inprocess/words.ts'
import { planView, type ViewPlan } from '../../../compile/plan.ts'
import { keptFrom } from '../../../compile/retention.ts'
import type { StoredChunk } from '../../online/state-store.ts'
import type { DuckDbSession } from './duckdb-session.ts'
import { readingBelow } from './lake-statistics.ts'
import { type OwnerRange, type Owners, StreamRows } from './stream-rows.ts'
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

/** Tiles of some owners of a group, of all its views. */
type Computed = {
  readonly group: OwnerGroup
  readonly owners: readonly string[]
  readonly views: readonly TileColumns[]
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

  /** Each chunk once, a range of owners at a time. */
  async *chunks(): AsyncGenerator<Iterable<StoredChunk>> {
    for (const stream of new Set(this.#engine.groups.map((group) => group.stream))) {
      const rows = await this.#rowsOf(stream)
      let next: Promise<Computed> | undefined
      try {
        const ranges = await this.#rangesOf(stream, rows)
        // While one range is encoded and written, the next one is computed.
        for (let index = 0; index < ranges.length; index += 1) {
          const computed = await (next ?? this.#computed(rows, ranges[index]))
          next = index + 1 < ranges.length ? this.#computed(rows, ranges[index + 1]) : undefined
          // It is awaited in the next round; until then a failure is nobody's surprise.
          next?.catch(() => {})
          yield this.#encoded(computed)
        }
      } finally {
        await next?.catch(() => {})
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

  async #rangesOf(stream: Stream, rows: StreamRows) {
    const { rowsAtOnce = ROWS_AT_ONCE } = this.#options
    const ranges: { readonly group: OwnerGroup; readonly range: OwnerRange }[] = []
    for (const group of this.#engine.groups.filter((one) => one.stream === stream)) {
      for (const range of await rows.ranges(this.#ownersOf(group), rowsAtOnce)) ranges.push({ group, range })
    }
    return ranges
  }

  #ownersOf({ column, folders }: OwnerGroup): Owners {
    const plans = folders.map(({ plan }) => plan)
    return { column, words: [...new Set(plans.flatMap(wordColumns))], from: this.#keptFrom(plans) }
  }

  /** Start of the oldest tile that any of the views keeps, epoch ms. */
  #keptFrom(plans: readonly ViewPlan[]): number {
    return Math.min(...plans.map((plan) => keptFrom(plan, this.#options.newestAt)))
  }

  async #computed(
    stream: StreamRows,
    at: { readonly group: OwnerGroup; readonly range: OwnerRange } | undefined,
  ): Promise<Computed> {
    if (at === undefined) throw new Error('bug: no range')
    const { group, range } = at
    const rows = await stream.of(this.#ownersOf(group), range)
    const views: TileColumns[] = []
    for (const { plan } of group.folders) {
      const from = keptFrom(plan, this.#options.newestAt)
      const tiles = await tileColumns(this.#session, plan, { rows, from, words: this.words })
      views.push(tiles)
      const { name } = plan.view
      this.counts.set(name, (this.counts.get(name) ?? 0) + tileCount(plan, tiles))
    }
    return { group, owners: rows.texts.get(group.column) ?? [], views }
  }

  *#encoded({ group, owners, views }: Computed): Generator<StoredChunk> {
    for (const { owner, number, bytes } of encodeChunks(group, views)) {
      yield { group: group.index, owner: owners[owner] ?? '', number, bytes }
    }
  }
}
