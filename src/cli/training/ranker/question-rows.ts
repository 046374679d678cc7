import type { Random } from '../../../core/random.ts'
import type { FeatureTable } from '../../../models/rankers/bins/quantiser.ts'
import type { CandidateRows } from '../../../recommend/recommender.ts'

/** Candidates that were not bought, kept of one question; the others are left out by a draw. */
const MOST_NEGATIVES = 120

/** Rows of one or several questions: features, labels, and where each question begins. */
export type LabelledRows = {
  readonly table: FeatureTable
  /** Questions + 1 offsets. */
  readonly groups: Int32Array
  readonly labels: Float32Array
  /** Scores by the weighted sum: what trees have to beat. */
  readonly weighted: Float64Array
}

/** Gathers the candidates of questions with what was bought afterwards. */
export class QuestionRows {
  readonly #columns: number[][] = []
  readonly #labels: number[] = []
  readonly #weighted: number[] = []
  readonly #groups: number[] = [0]
  #names: readonly string[] = []

  get names(): readonly string[] {
    return this.#names
  }

  get questions(): number {
    return this.#groups.length - 1
  }

  /** A question of which no candidate was bought teaches nothing and is passed over. */
  add({ skus, names, columns, weighted }: CandidateRows, bought: ReadonlySet<string>, random: Random): void {
    const hits = skus.flatMap((sku, row) => (bought.has(sku) ? [row] : []))
    if (hits.length === 0 || hits.length === skus.length) return
    this.#names = names
    while (this.#columns.length < names.length) this.#columns.push([])
    const others = Array.from(skus.keys()).filter((row) => !bought.has(skus[row] ?? ''))
    const kept = [...hits, ...sampled(others, MOST_NEGATIVES, random)].sort((a, b) => a - b)
    for (const row of kept) {
      this.#labels.push(bought.has(skus[row] ?? '') ? 1 : 0)
      this.#weighted.push(weighted[row] ?? 0)
    }
    for (const [index, column] of columns.slice(0, names.length).entries()) {
      for (const row of kept) this.#columns[index]?.push(column[row] ?? 0)
    }
    this.#groups.push(this.#labels.length)
  }

  rows(): LabelledRows {
    const [rowCount, featureCount] = [this.#labels.length, this.#names.length]
    const values = new Float32Array(rowCount * featureCount)
    for (const [index, column] of this.#columns.entries()) values.set(column, index * rowCount)
    return {
      table: { rowCount, featureCount, values },
      groups: Int32Array.from(this.#groups),
      labels: Float32Array.from(this.#labels),
      weighted: Float64Array.from(this.#weighted),
    }
  }
}

/** `count` of the rows, each as likely as another. */
function sampled(rows: readonly number[], count: number, random: Random): readonly number[] {
  if (rows.length <= count) return rows
  const pool = [...rows]
  for (let place = 0; place < count; place += 1) {
    const other = place + random.below(pool.length - place)
    const [a, b] = [pool[place] ?? 0, pool[other] ?? 0]
    pool[place] = b
    pool[other] = a
  }
  return pool.slice(0, count)
}

/** Several sets of questions as one; all have the same features. */
export function joined(parts: readonly LabelledRows[]): LabelledRows {
  const featureCount = parts[0]?.table.featureCount ?? 0
  const rowCount = parts.reduce((sum, { table }) => sum + table.rowCount, 0)
  const values = new Float32Array(rowCount * featureCount)
  const labels = new Float32Array(rowCount)
  const weighted = new Float64Array(rowCount)
  const groups: number[] = [0]
  let from = 0
  for (const part of parts) {
    for (let feature = 0; feature < featureCount; feature += 1) {
      const own = part.table.values.subarray(
        feature * part.table.rowCount,
        (feature + 1) * part.table.rowCount,
      )
      values.set(own, feature * rowCount + from)
    }
    labels.set(part.labels, from)
    weighted.set(part.weighted, from)
    for (const end of part.groups.subarray(1)) groups.push(from + end)
    from += part.table.rowCount
  }
  return { table: { rowCount, featureCount, values }, groups: Int32Array.from(groups), labels, weighted }
}
