import type { FastifyInstance } from 'fastify'
import type Type from 'typebox'
import type { Recommender } from '../../recommend/recommender.ts'
import { LimitQuery, SimilarAnswer, SkuParams } from '../wire.ts'

const DEFAULT_LIMIT = 10

/** `GET /v1/products/{sku}/similar`: products that go with it, by the affinity model. */
export const similarRoutes =
  (recommender: Recommender) =>
  (app: FastifyInstance): void => {
    app.get<{ Params: Type.Static<typeof SkuParams>; Querystring: Type.Static<typeof LimitQuery> }>(
      '/v1/products/:sku/similar',
      {
        config: { scope: 'recommend' },
        schema: {
          summary: 'Products that go with a product',
          params: SkuParams,
          querystring: LimitQuery,
          response: { 200: SimilarAnswer },
        },
      },
      async ({ params, query }): Promise<SimilarAnswer> => ({
        sku: params.sku,
        items: recommender.similar(params.sku, query.limit ?? DEFAULT_LIMIT).map(({ product, score }) => ({
          sku: product.sku,
          product_name: product.product_name,
          price_cents: product.price_cents,
          score,
        })),
      }),
    )
  }
