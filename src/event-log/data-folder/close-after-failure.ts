import { setTimeout as sleep } from 'node:timers/promises'

/** Long enough for any write that will still end. */
const PATIENCE_MS = 2000

/**
 * Closes an environment a commit of which has failed: lmdb 3.5.6 may then wait for ever for writes that never
 * end (seen on a full disk). Such an environment is whole up to its last commit; a restart goes on from there.
 */
export async function closeAfterFailure(close: () => Promise<unknown>): Promise<void> {
  const stop = new AbortController()
  try {
    await Promise.race([close(), sleep(PATIENCE_MS, undefined, { signal: stop.signal })])
  } finally {
    stop.abort()
  }
}
