import { setTimeout as sleep } from 'node:timers/promises'
import { openShopLog } from '../embedded-shop.ts'
import { type TrainOptions, type TrainResult, train } from './train.ts'

export type ContinuousOptions = Omit<TrainOptions, 'until'> & {
  /** A pass begins once the log has so many records beyond the last one. */
  readonly newRecords: number
  /** How often the log is asked, ms. */
  readonly pollMs: number
  /** Ends it: at once while it waits, else after the pass that is under way. */
  readonly signal: AbortSignal
}

/**
 * Full passes, one after the other: each learns from all records that the log has as it begins, and is published by
 * itself. A pass is `train` up to that position, so it gives the same bytes.
 */
export async function* trainContinuously(options: ContinuousOptions): AsyncGenerator<TrainResult> {
  const { newRecords, pollMs, signal, ...pass } = options
  let last = Number.NEGATIVE_INFINITY
  while (!signal.aborted) {
    const position = await logPosition(options.dataDir)
    if (position - last < newRecords) {
      await sleep(pollMs, undefined, { signal }).catch(() => {})
      continue
    }
    yield await train({ ...pass, until: position })
    last = position
  }
}

async function logPosition(dataDir: string): Promise<number> {
  const log = await openShopLog({ dataDir, readOnly: true })
  try {
    return log.position
  } finally {
    await log.close()
  }
}
