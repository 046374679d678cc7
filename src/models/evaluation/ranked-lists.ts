import type { FittedRecommender } from '../recommender.ts'
import { historyOf } from '../sequences.ts'
import { topItems } from '../top-items.ts'
import type { Split } from './split.ts'

/** What a model put in front for each user of a split: user `u` has `items[starts[u] .. starts[u + 1])`, best first. */
export type RankedLists = {
  readonly starts: Int32Array
  readonly items: Int32Array
}

/** Ranks the whole catalogue for each user, no sampled negatives, and keeps the first `length` items. */
export function rankAll(model: FittedRecommender, split: Split, length: number): RankedLists {
  const users = split.targets.length
  const starts = new Int32Array(users + 1)
  const items = new Int32Array(users * length)
  const scores = new Float64Array(split.queries.itemCount)
  let size = 0
  for (let user = 0; user < users; user += 1) {
    const history = historyOf(split.queries, user)
    model.score(history, scores)
    if (split.masksSeen) for (const item of history.items) scores[item] = Number.NEGATIVE_INFINITY
    const list = topItems(scores, length)
    items.set(list, size)
    size += list.length
    starts[user + 1] = size
  }
  return { starts, items: items.subarray(0, size) }
}

/** The list of one user, without copying. */
export const listOf = ({ starts, items }: RankedLists, user: number): Int32Array =>
  items.subarray(starts[user], starts[user + 1])
