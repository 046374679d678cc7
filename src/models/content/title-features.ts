import { RowBuilder, type SparseRows } from '../linalg/sparse-rows.ts'

/** Terms in fewer titles than this say nothing about another title. */
const MIN_DOCUMENT_FREQUENCY = 2

/** Lower-case words of at least two letters or digits, of any script, in order. */
export const words = (title: string): string[] => title.toLowerCase().match(/[\p{L}\p{M}\p{N}_]{2,}/gu) ?? []

/** Words and pairs of neighbouring words. */
export function terms(title: string): string[] {
  const single = words(title)
  return [...single, ...single.slice(1).map((word, index) => `${single[index]} ${word}`)]
}

/**
 * Titles x terms as TF-IDF: 1 + ln(times in the title), times ln((1 + titles) / (1 + titles with it)) + 1, for
 * terms in at least two titles. Terms are numbered by first appearance, so the matrix depends on the titles
 * alone.
 */
export function titleFeatures(titles: readonly string[]): SparseRows {
  const counts = titles.map((title) => countOf(terms(title)))
  const frequency = new Map<string, number>()
  for (const own of counts) for (const term of own.keys()) frequency.set(term, (frequency.get(term) ?? 0) + 1)
  const kept = [...frequency].filter(([, documents]) => documents >= MIN_DOCUMENT_FREQUENCY)
  const numbers = new Map(kept.map(([term], number) => [term, number]))
  const idf = kept.map(([, documents]) => Math.log((1 + titles.length) / (1 + documents)) + 1)
  const builder = new RowBuilder(kept.length)
  for (const own of counts) {
    for (const [term, times] of own) {
      const number = numbers.get(term)
      if (number !== undefined) builder.add(number, (1 + Math.log(times)) * (idf[number] ?? 0))
    }
    builder.endRow()
  }
  return builder.toRows(kept.length)
}

function countOf(list: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const term of list) counts.set(term, (counts.get(term) ?? 0) + 1)
  return counts
}
