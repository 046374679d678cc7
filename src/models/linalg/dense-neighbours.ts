import { mostSimilar } from './most-similar.ts'
import { eitherWay, fromEntries, type SparseRows } from './sparse-rows.ts'

/**
 * Cosine similarity of each vector with its `count` most similar others of the same block, symmetrised as in
 * `cosineNeighbours`: rows x rows, no diagonal, similarities above 0. Costs block x block x dimensions, so blocks are
 * the caller's to keep small. A pair has the same bits from both sides and on every run.
 *
 * @param vectors by row, of Euclidean length 1 and one length; null: the row has no neighbours
 * @param blocks rows that are compared with each other; each row in at most one
 */
export function denseNeighbours(
  vectors: readonly (Float32Array | null)[],
  blocks: readonly (readonly number[])[],
  count: number,
): SparseRows {
  const kept: { readonly rows: number[]; readonly columns: number[]; readonly values: number[] } = {
    rows: [],
    columns: [],
    values: [],
  }
  const similarity = new Float64Array(vectors.length)
  for (const block of blocks) {
    const rows = Int32Array.from(block.filter((row) => vectors[row] !== null)).sort()
    for (const row of rows) {
      const own = vectors[row]
      if (own === null || own === undefined) continue
      for (const other of rows) similarity[other] = dot(own, vectors[other] ?? own)
      for (const other of mostSimilar(rows, similarity, { row, count })) {
        kept.rows.push(row)
        kept.columns.push(other)
        kept.values.push(similarity[other] ?? 0)
      }
    }
  }
  const entries = {
    rows: Int32Array.from(kept.rows),
    columns: Int32Array.from(kept.columns),
    values: Float64Array.from(kept.values),
  }
  return eitherWay(fromEntries({ rowCount: vectors.length, columnCount: vectors.length }, entries))
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let index = 0; index < a.length; index += 1) sum += (a[index] ?? 0) * (b[index] ?? 0)
  return sum
}

/**
 * Rows by category path, cut as high as blocks of at most `most` rows allow; a leaf with more stays whole.
 * @param categories `Home/Kitchen/Mugs` by row; null: the row is in a block with its like
 */
export function categoryBlocks(
  categories: readonly (string | null)[],
  most: number,
): readonly (readonly number[])[] {
  const paths = categories.map((category) => (category ?? '').split('/'))
  const cut = (rows: readonly number[], depth: number): readonly (readonly number[])[] => {
    const isLeaf = rows.every((row) => (paths[row]?.length ?? 0) <= depth)
    if (rows.length <= most || isLeaf) return [rows]
    const parts = Map.groupBy(rows, (row) => paths[row]?.[depth] ?? '')
    return [...parts.values()].flatMap((part) => cut(part, depth + 1))
  }
  return cut(Array.from(categories.keys()), 0)
}
