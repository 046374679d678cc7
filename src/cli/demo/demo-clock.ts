import type { Clock } from '../../core/clock.ts'
import { DAY_MS } from '../../core/duration.ts'

/** A shop whose newest event is older than this lives in the past. */
const PAST_AFTER_MS = 7 * DAY_MS

/**
 * The time of a demo. A shop whose events end long ago goes on from its newest event as if that were now, so that
 * what is done on its page lies beside its history and is not refused as too late.
 *
 * @param newestAt instant of the newest event, epoch ms; 0 in an empty shop
 * @param clock the real time
 */
export function demoClock(newestAt: number, clock: Clock): Clock {
  const startedAt = clock()
  const isPast = newestAt > 0 && newestAt < startedAt - PAST_AFTER_MS
  if (!isPast) return clock
  return () => newestAt + (clock() - startedAt)
}
