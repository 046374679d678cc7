import { RowBuilder, type SparseRows } from '../linalg/sparse-rows.ts'

/**
 * Items x attributes, each attribute weighted by its inverse document frequency ln(items / items that have it),
 * so what everything has counts nothing.
 */
export function attributeFeatures(attributes: readonly (readonly number[])[]): SparseRows {
  const frequency = new Map<number, number>()
  for (const own of attributes) {
    for (const attribute of own) frequency.set(attribute, (frequency.get(attribute) ?? 0) + 1)
  }
  const columnCount = attributes.flat().reduce((most, attribute) => Math.max(most, attribute + 1), 0)
  const builder = new RowBuilder(columnCount)
  for (const own of attributes) {
    for (const attribute of own) {
      builder.add(attribute, Math.log(attributes.length / (frequency.get(attribute) ?? 1)))
    }
    builder.endRow()
  }
  return builder.toRows(columnCount)
}
