import type { FastifyInstance } from 'fastify'
import type { Bundle } from '../../recommend/bundles.ts'
import type { Recommender } from '../../recommend/recommender.ts'
import { BundleRequest, BundlesAnswer } from '../wire.ts'

const DEFAULT_LIMIT = 3

/** `POST /v1/bundles`: what goes into one basket with some products, in stock, priced together. */
export const bundleRoutes =
  (recommender: Pick<Recommender, 'bundles'>) =>
  (app: FastifyInstance): void => {
    app.post<{ Body: BundleRequest }>(
      '/v1/bundles',
      {
        config: { scope: 'recommend' },
        schema: {
          summary: 'Bundles around a product or a basket, with their joint price',
          body: BundleRequest,
          response: { 200: BundlesAnswer },
        },
      },
      async ({ body }): Promise<BundlesAnswer> => {
        const { customer_id: customerId, session_id: sessionId, skus, as_of: asOf } = body
        const { bundles, asOf: at } = recommender.bundles({
          ...(customerId === undefined ? {} : { customerId }),
          ...(sessionId === undefined ? {} : { sessionId }),
          skus,
          limit: body.limit ?? DEFAULT_LIMIT,
          ...(asOf === undefined ? {} : { asOf }),
        })
        return { as_of: at, bundles: bundles.map(bundleAnswer) }
      },
    )
  }

const bundleAnswer = ({ lines, price, score, reasons }: Bundle): BundlesAnswer['bundles'][number] => ({
  items: lines.map(({ sku, productName, quantity }) => ({ sku, product_name: productName, quantity })),
  price_cents: price.beforeCents,
  joint_price_cents: price.afterCents,
  offer_ids: [...price.offerIds],
  ends_at: price.endsAt,
  score,
  reasons: [...reasons],
})
