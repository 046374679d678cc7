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
  /** Of each question its columns, one after the other. */
  readonly #values: Float32Array[] = []
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
    const others = Array.from(skus.keys()).filter((row) => !bought.has(skus[row] ?? ''))
    const kept = [...hits, ...sampled(others, MOST_NEGATIVES, random)].sort((a, b) => a - b)
    for (const row of kept) {
      this.#labels.push(bought.has(skus[row] ?? '') ? 1 : 0)
      this.#weighted.push(weighted[row] ?? 0)
    }
    const values = new Float32Array(kept.length * names.length)
    for (const [index, column] of columns.slice(0, names.length).entries()) {
      for (const [place, row] of kept.entries()) values[index * kept.length + place] = column[row] ?? 0
    }
    this.#values.push(values)
    this.#groups.push(this.#labels.length)
  }

  rows(): LabelledRows {
    const [rowCount, featureCount] = [this.#labels.length, this.#names.length]
    const values = new Float32Array(rowCount * featureCount)
    for (const [question, own] of this.#values.entries()) {
      const from = this.#groups[question] ?? 0
      const count = (this.#groups[question + 1] ?? 0) - from
      for (let index = 0; index < featureCount; index += 1) {
        values.set(own.subarray(index * count, (index + 1) * count), index * rowCount + from)
      }
    }
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

/** The same rows with some of their columns, in this order. */
export function withColumns(rows: LabelledRows, columns: readonly number[]): LabelledRows {
  const { rowCount, values } = rows.table
  const kept = new Float32Array(rowCount * columns.length)
  for (const [place, column] of columns.entries()) {
    kept.set(values.subarray(column * rowCount, (column + 1) * rowCount), place * rowCount)
  }
  return { ...rows, table: { rowCount, featureCount: columns.length, values: kept } }
}

/** Columns that are not the same, or missing, in all rows. */
export function tellingColumns({ table: { rowCount, featureCount, values } }: LabelledRows): number[] {
  return Array.from({ length: featureCount }, (_, column) => column).filter((column) => {
    const own = values.subarray(column * rowCount, (column + 1) * rowCount)
    return own.some((value) => !Object.is(value, own[0]))
  })
}
