import type { CandidateSource } from './candidate-source.ts'

/** What the source needs of a trained model: columns of B over a history, newest first. */
export type AffinityScorer = {
  /** Scores of all products that any of the history reaches, by sku. */
  readonly scores: (history: readonly string[]) => ReadonlyMap<string, number>
  /** What each product of the history gave to the score of `sku`; they add up to it. */
  readonly explain: (
    history: readonly string[],
    sku: string,
  ) => readonly { readonly sku: string; readonly contribution: number }[]
  /** Products that go with `sku`, best first. */
  readonly similar: (
    sku: string,
    limit: number,
  ) => readonly { readonly sku: string; readonly score: number }[]
}

const HISTORY_LIMIT = 50

/** Products that go with what is on the page and in the basket; where neither is, with the shopper's recent past. */
export const affinity = (scorer: () => AffinityScorer | null): CandidateSource => ({
  name: 'affinity',
  driver: 'affinity',
  prepare: ({ pageSku, cart, recent }) => {
    const model = scorer()
    const ages = new Map<string, number | null>()
    for (const sku of [...(pageSku === undefined ? [] : [pageSku]), ...cart]) ages.set(sku, null)
    if (ages.size === 0) for (const { word, at } of recent) if (!ages.has(word)) ages.set(word, at)
    const history = [...ages.keys()].slice(0, HISTORY_LIMIT)
    const scores = model === null || history.length === 0 ? NO_SCORES : model.scores(history)
    const greatest = Math.max(0, ...scores.values())
    return {
      propose: (limit) =>
        [...scores]
          .filter(([, score]) => score > 0)
          .toSorted(([skuA, a], [skuB, b]) => b - a || (skuA < skuB ? -1 : 1))
          .slice(0, limit)
          .map(([sku]) => sku),
      valueOf: (sku) => (greatest === 0 ? 0 : Math.max(0, (scores.get(sku) ?? 0) / greatest)),
      evidenceOf: (sku) => {
        const strongest = model
          ?.explain(history, sku)
          .reduce(
            (best, part) => (best === undefined || part.contribution > best.contribution ? part : best),
            undefined as { readonly sku: string; readonly contribution: number } | undefined,
          )
        if (strongest === undefined) return { kind: 'none' }
        return { kind: 'goes_with', sku: strongest.sku, at: ages.get(strongest.sku) ?? null }
      },
    }
  },
})

const NO_SCORES: ReadonlyMap<string, number> = new Map()
