import { silentLogger } from '../../core/logger.ts'
import { seededRandom } from '../../core/random.ts'
import type { ForestSize } from '../../models/rankers/random-forest.ts'
import { randomRanker } from '../../models/rankers/random-ranker.ts'
import { rowScorer } from '../../models/rankers/row-scorer.ts'
import { invocationRoutes } from '../../serving/routes/invocations.ts'
import { createServer } from '../../serving/server.ts'

/** The scoring server under test, in a process of its own, with the made ranker of a seed: both sides have the same. */
export type InvocationsServerTask = { readonly seed: string; readonly size: ForestSize }
export type InvocationsServerMessage = { readonly kind: 'listening'; readonly url: string }

process.on('message', async ({ seed, size }: InvocationsServerTask) => {
  const { featureNames, quantiser, forest } = randomRanker(seededRandom(seed), size)
  const scorer = rowScorer(featureNames, quantiser, forest)
  const routes = [invocationRoutes(() => scorer, 'bench')]
  const app = await createServer({ logger: silentLogger, version: 'bench', routes })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  process.send?.({ kind: 'listening', url } satisfies InvocationsServerMessage)
})
