import type { Logger } from '../../../core/logger.ts'
import type { OnlineState } from '../../online/online-state.ts'
import { threadCpuMs } from './thread-cpu.ts'

/** Whichever comes first. */
const INTERVAL_MS = 400
const DIRTY_RECORDS = 20_000

/** Lets the state follow what was applied to it: every 400 ms or 20,000 dirty records, one checkpoint at a time. */
export class Checkpointer {
  readonly #state: OnlineState
  readonly #logger: Logger
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> | undefined
  #failure: unknown
  /** CPU milliseconds of the main thread that checkpoints took, and how many there were. */
  busyMs = 0
  count = 0

  constructor(state: OnlineState, logger: Logger) {
    this.#state = state
    this.#logger = logger
  }

  /** To be called after something was applied. @throws what a checkpoint failed with before */
  noteApplied(): void {
    if (this.#failure !== undefined) throw this.#failure
    if (this.#running !== undefined) return
    if (this.#state.dirtyCount >= DIRTY_RECORDS) this.#start()
    else this.#timer ??= setTimeout(() => this.#start(), INTERVAL_MS)
  }

  /** Waits for the one that runs. */
  async settled(): Promise<void> {
    await this.#running
  }

  /** Writes everything now. @throws EndcapError DATA_FOLDER */
  async flush(): Promise<void> {
    await this.#running
    clearTimeout(this.#timer)
    this.#timer = undefined
    await this.#state.checkpoint()
  }

  #start(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#running = this.#run()
  }

  async #run(): Promise<void> {
    const startedAt = threadCpuMs()
    try {
      const written = this.#state.checkpoint()
      this.busyMs += threadCpuMs() - startedAt
      this.count += 1
      await written
    } catch (error) {
      this.#failure = error
      this.#logger.error(
        { err: error },
        'a checkpoint failed; the log is whole and fills the state at the next start',
      )
    } finally {
      this.#running = undefined
    }
    if (this.#failure === undefined && this.#state.dirtyCount > 0) this.noteApplied()
  }
}
