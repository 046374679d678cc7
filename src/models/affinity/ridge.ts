import { choleskyInPlace, choleskySolveInPlace } from '../linalg/cholesky.ts'
import type { SparseRows } from '../linalg/sparse-rows.ts'

/** What is solved: for each target j, `A[S, S] b = R[S, j]` over the S that R itself names. */
export type RidgeProblem = {
  /** A: items x items, symmetric, positive definite by its diagonal. */
  readonly gram: SparseRows
  /** R transposed: row j holds R[., j]. */
  readonly targets: SparseRows
  /** Size of S at most. */
  readonly neighbours: number
  /** Whether S may hold j itself: an item then speaks for being bought again. Absent: it may not. */
  readonly keepsOwn?: true
}

/** Column j of B: the neighbours, ascending by item number, and their weights. */
export type TargetColumn = { readonly items: Int32Array; readonly weights: Float64Array }

/**
 * A solver of single columns, with its work space. S is the items with the largest R[., j] > 0, without j unless the problem keeps it, ties by
 * item number, then sorted by item number; one fixed order of operations. So a column depends on A and R
 * alone, not on which other columns are solved, by whom, or when.
 */
export function ridgeSolver(problem: RidgeProblem): (target: number) => TargetColumn {
  const { gram, targets, neighbours } = problem
  const place = new Int32Array(gram.rowCount).fill(-1)
  const matrix = new Float64Array(neighbours * neighbours)
  return (target) => {
    const items = nearest(problem, target)
    const size = items.length
    const weights = new Float64Array(size)
    for (const [index, item] of items.entries()) place[item] = index
    const from = targets.starts[target] ?? 0
    for (let at = from; at < (targets.starts[target + 1] ?? 0); at += 1) {
      const index = place[targets.columns[at] ?? 0] ?? -1
      if (index >= 0) weights[index] = targets.values[at] ?? 0
    }
    for (let extra = 0; ; extra = extra === 0 ? 1 : 2 * extra) {
      gather(gram, { items, place, extra }, matrix)
      if (choleskyInPlace(matrix, size)) break
    }
    choleskySolveInPlace(matrix, size, weights)
    for (const item of items) place[item] = -1
    return { items, weights }
  }
}

/** The lower triangle of A[S, S], row-major. `extra` is added to the diagonal where it was not definite. */
function gather(
  gram: SparseRows,
  { items, place, extra }: { readonly items: Int32Array; readonly place: Int32Array; readonly extra: number },
  matrix: Float64Array,
): void {
  const size = items.length
  matrix.fill(0, 0, size * size)
  for (let row = 0; row < size; row += 1) {
    const item = items[row] ?? 0
    const end = gram.starts[item + 1] ?? 0
    for (let at = gram.starts[item] ?? 0; at < end; at += 1) {
      const column = place[gram.columns[at] ?? 0] ?? -1
      if (column >= 0 && column <= row) matrix[row * size + column] = gram.values[at] ?? 0
    }
    matrix[row * size + row] = (matrix[row * size + row] ?? 0) + extra
  }
}

function nearest({ targets, neighbours, keepsOwn }: RidgeProblem, target: number): Int32Array {
  const from = targets.starts[target] ?? 0
  const to = targets.starts[target + 1] ?? 0
  const candidates: number[] = []
  for (let at = from; at < to; at += 1) {
    if (keepsOwn !== true && targets.columns[at] === target) continue
    if ((targets.values[at] ?? 0) > 0) candidates.push(at)
  }
  if (candidates.length > neighbours) {
    candidates.sort((a, b) => (targets.values[b] ?? 0) - (targets.values[a] ?? 0) || a - b)
    candidates.length = neighbours
  }
  return Int32Array.from(candidates, (at) => targets.columns[at] ?? 0).sort()
}
