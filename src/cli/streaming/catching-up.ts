import { setTimeout as sleep } from 'node:timers/promises'
import type { FlinkCluster } from '../../features/stream/flink/flink-cluster.ts'

/** Records that a live job reads in a few seconds: with more before it, it catches up first. */
export const BACKLOG = 50_000

const POLL_MS = 1000
/** Flink tells of a source before all of its partitions have said what they hold. */
const LOOKS = 3

/**
 * Until the job has at most `backlog` records before it, as it said several times in a row.
 * @throws EndcapError ENGINE_FAILED with the root cause if the job ends
 */
export async function caughtUp(
  cluster: Pick<FlinkCluster, 'waitRunning' | 'pendingRecords'>,
  jobId: string,
  backlog: number,
  pollMs = POLL_MS,
): Promise<void> {
  for (let looks = 0; looks < LOOKS; ) {
    await sleep(pollMs)
    await cluster.waitRunning(jobId)
    const pending = await cluster.pendingRecords(jobId)
    looks = pending !== null && pending <= backlog ? looks + 1 : 0
  }
}
