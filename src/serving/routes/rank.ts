import type { FastifyInstance } from 'fastify'
import type { Recommender } from '../../recommend/recommender.ts'
import { RankAnswer, RankRequest } from '../wire.ts'
import { answerOf, whoAndWhere } from './recommendations.ts'

/** `POST /v1/rank`: the caller's own list in the order that suits the shopper. */
export const rankRoutes =
  (recommender: Pick<Recommender, 'rank'>) =>
  (app: FastifyInstance): void => {
    app.post<{ Body: RankRequest }>(
      '/v1/rank',
      {
        config: { scope: 'recommend' },
        schema: {
          summary: "Order the caller's own list for a shopper, with reasons that add up",
          body: RankRequest,
          response: { 200: RankAnswer },
        },
      },
      async ({ body }): Promise<RankAnswer> => {
        const startedAt = performance.now()
        const { skus, explain } = body
        const request = { ...whoAndWhere(body), limit: skus.length, exclude: [] }
        const ranking = recommender.rank(request, skus)
        return { ...answerOf(ranking, explain, startedAt), left_out: [...ranking.leftOut] }
      },
    )
  }
