import { parentPort, workerData } from 'node:worker_threads'
import { type RidgeProblem, ridgeSolver } from '../../affinity/ridge.ts'

/** What a worker is given: the problem in shared memory, and the targets that are its own. */
export type SolveJob = { readonly problem: RidgeProblem; readonly from: number; readonly to: number }

/** Columns of the targets [from, to) one after the other: `counts` entries each of `items` and `weights`. */
export type SolvedColumns = {
  readonly counts: Int32Array<ArrayBuffer>
  readonly items: Int32Array<ArrayBuffer>
  readonly weights: Float64Array<ArrayBuffer>
}

function solve({ problem, from, to }: SolveJob): SolvedColumns {
  const solveColumn = ridgeSolver(problem)
  const counts = new Int32Array(to - from)
  const items = new Int32Array((to - from) * problem.neighbours)
  const weights = new Float64Array(items.length)
  let size = 0
  for (let target = from; target < to; target += 1) {
    const column = solveColumn(target)
    counts[target - from] = column.items.length
    items.set(column.items, size)
    weights.set(column.weights, size)
    size += column.items.length
  }
  return { counts, items: items.slice(0, size), weights: weights.slice(0, size) }
}

if (parentPort !== null) {
  const job: SolveJob = workerData
  const solved = solve(job)
  parentPort.postMessage(solved, [solved.counts.buffer, solved.items.buffer, solved.weights.buffer])
}
