import { existsSync } from 'node:fs'
import { MINUTE_MS } from '../../core/duration.ts'
import type { Logger } from '../../core/logger.ts'
import { DuckDbSession } from '../../features/lake/duckdb/duckdb-session.ts'
import { ParquetLake } from '../../features/lake/duckdb/parquet-lake.ts'
import type { SegmentSnapshot } from '../../recommend/segment-sales.ts'
import { shopFolders } from '../embedded-shop.ts'
import { segmentSnapshot } from '../segment-snapshot.ts'
import { catalog } from '../shop.ts'

const REFRESH_MS = 10 * MINUTE_MS
const MEMORY_LIMIT_MB = 500

export type LakeSegmentsOptions = {
  readonly dataDir: string
  readonly logger: Logger
  /** The instant up to which events count, epoch ms. */
  readonly asOf: () => number
}

/**
 * What groups of people buy, read from the lake at the start and every ten minutes, beside requests. It is as new as
 * the lake, which `backfill` and `train` bring up to the log; people who withdraw their consent are in it until then.
 */
export class LakeSegments implements AsyncDisposable {
  readonly #options: LakeSegmentsOptions
  #snapshot: SegmentSnapshot | null = null
  #refreshing: Promise<void>
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  private constructor(options: LakeSegmentsOptions) {
    this.#options = options
    this.#refreshing = this.#refresh()
  }

  static watch(options: LakeSegmentsOptions): LakeSegments {
    return new LakeSegments(options)
  }

  /** Null before the first reading, and in a shop without a lake. */
  current = (): SegmentSnapshot | null => this.#snapshot

  /** Resolves when the reading that is under way is done. */
  settled = (): Promise<void> => this.#refreshing

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    await this.#refreshing
  }

  async #refresh(): Promise<void> {
    try {
      this.#snapshot = await this.#read()
    } catch (error) {
      this.#options.logger.warn(
        { err: error },
        'sales by group of people cannot be read; the last ones are used',
      )
    }
    if (this.#isClosed) return
    this.#timer = setTimeout(() => {
      this.#refreshing = this.#refresh()
    }, REFRESH_MS).unref()
  }

  async #read(): Promise<SegmentSnapshot | null> {
    const { dataDir, asOf } = this.#options
    const folder = shopFolders(dataDir).lake
    if (!existsSync(folder)) return null
    using session = await DuckDbSession.open({ threads: 1, memoryLimitMb: MEMORY_LIMIT_MB })
    let position: number
    // Its files stay what they are, so the lake is held only while they are looked up.
    {
      using lake = ParquetLake.open({ folder, sources: catalog.sources })
      position = lake.position
      if (position === 0) return null
      await lake.attach(session)
    }
    return await segmentSnapshot(session, { asOf: asOf(), position })
  }
}
