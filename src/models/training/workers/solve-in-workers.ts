import { availableParallelism } from 'node:os'
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { type AffinityWeights, byHistoryItem } from '../../affinity/affinity-model.ts'
import type { RidgeProblem, TargetColumn } from '../../affinity/ridge.ts'
import type { SparseRows } from '../../linalg/sparse-rows.ts'
import type { SolvedColumns, SolveJob } from './solve-worker.ts'

/**
 * Solves every column of B in `threads` worker threads, a range of targets each, and leaves this thread free.
 * A column depends on the problem alone, so any number of threads gives the same bits as `solveAffinity`.
 */
export async function solveInWorkers(
  problem: RidgeProblem,
  threads: number = availableParallelism(),
): Promise<AffinityWeights> {
  const size = problem.gram.rowCount
  const shared = { ...problem, gram: inSharedMemory(problem.gram), targets: inSharedMemory(problem.targets) }
  const bounds = Array.from({ length: threads + 1 }, (_, index) => Math.floor((size * index) / threads))
  const jobs = bounds.slice(1).map((to, index) => ({ problem: shared, from: bounds[index] ?? 0, to }))
  const solved = await Promise.all(jobs.filter(({ from, to }) => to > from).map(runWorker))
  return byHistoryItem(size, solved.flatMap(columnsOf))
}

function runWorker(job: SolveJob): Promise<SolvedColumns> {
  const worker = new Worker(new URL(`./solve-worker${extname(import.meta.filename)}`, import.meta.url), {
    workerData: job,
  })
  return new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', (code) => reject(new Error(`a worker ended with code ${code} before its answer`)))
  })
}

function columnsOf({ counts, items, weights }: SolvedColumns): TargetColumn[] {
  let from = 0
  return Array.from(counts, (count) => {
    const column = {
      items: items.subarray(from, from + count),
      weights: weights.subarray(from, from + count),
    }
    from += count
    return column
  })
}

/** The same matrix where all threads can read it without a copy each. */
function inSharedMemory({ rowCount, columnCount, starts, columns, values }: SparseRows): SparseRows {
  const int32 = (from: Int32Array): Int32Array => {
    const copy = new Int32Array(new SharedArrayBuffer(from.byteLength))
    copy.set(from)
    return copy
  }
  const copy = new Float64Array(new SharedArrayBuffer(values.byteLength))
  copy.set(values)
  return { rowCount, columnCount, starts: int32(starts), columns: int32(columns), values: copy }
}
