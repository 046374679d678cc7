import { availableParallelism } from 'node:os'
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { type BoostingSettings, boostingSettings } from '../../rankers/boosting/boosting-settings.ts'
import { checkRows, type RankingRows } from '../../rankers/boosting/ranking-rows.ts'
import type { TrainingProgress } from '../../rankers/boosting/train-forest.ts'
import type { Forest } from '../../rankers/forest.ts'
import type { LeadJob, LeadMessage } from './forest-lead-worker.ts'
import type { PartJob } from './forest-part-worker.ts'

export type TrainInWorkersOptions = {
  /** Threads besides this one; absent: as many as the machine has cores. */
  readonly threads?: number
  /** Rows of a later period, by which the number of trees is chosen. */
  readonly validation?: RankingRows
  /** Stops after the tree that is being grown, and rejects with its reason. */
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: TrainingProgress) => void
}

/**
 * `trainForest` in worker threads, which leaves this one free; any number of threads gives its bits. One thread leads,
 * the others do their parts of each phase in the same memory; rows are copied unless they are in shared memory.
 * @throws Error if rows or settings are not what they must be
 */
export async function trainForestInWorkers(
  rows: RankingRows,
  settings: Partial<BoostingSettings> = {},
  options: TrainInWorkersOptions = {},
): Promise<Forest> {
  const { threads = availableParallelism(), validation, signal } = options
  checkRows(rows)
  if (validation !== undefined) checkRows(validation)
  signal?.throwIfAborted()
  const stop = new Int32Array(new SharedArrayBuffer(4))
  const job = { rows, validation: validation ?? null, settings: boostingSettings(settings), threads, stop }
  const abort = () => Atomics.store(stop, 0, 1)
  signal?.addEventListener('abort', abort, { once: true })
  try {
    const forest = await runThreads(job, options.onProgress ?? (() => {}))
    signal?.throwIfAborted()
    return forest
  } finally {
    signal?.removeEventListener('abort', abort)
  }
}

async function runThreads(job: LeadJob, onProgress: (progress: TrainingProgress) => void): Promise<Forest> {
  const workers: Worker[] = []
  try {
    return await new Promise<Forest>((resolve, reject) => {
      const start = (file: string, workerData: LeadJob | PartJob): Worker => {
        const worker = new Worker(new URL(`${file}${extname(import.meta.filename)}`, import.meta.url), {
          workerData,
        })
        worker.once('error', reject)
        workers.push(worker)
        return worker
      }
      const leader = start('./forest-lead-worker', job)
      leader.once('exit', (code) => reject(new Error(`the training thread ended with code ${code}`)))
      leader.on('message', (message: LeadMessage) => {
        if (message.kind === 'progress') onProgress(message.progress)
        else if (message.kind === 'forest') resolve(message.forest)
        else {
          const { memory, signal } = message
          for (let part = 1; part < job.threads; part += 1) {
            start('./forest-part-worker', { memory, signal, part })
          }
        }
      })
    })
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
}
