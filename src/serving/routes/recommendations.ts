import type { FastifyInstance } from 'fastify'
import type { DecisionRequest, ShownItem } from '../../recommend/decision.ts'
import type { Recommendation, Recommender } from '../../recommend/recommender.ts'
import { RecommendationAnswer, RecommendationRequest } from '../wire.ts'

const DEFAULT_LIMIT = 10

/** `POST /v1/recommendations`: what this shopper should see now, and why. */
export const recommendationRoutes =
  (recommender: Recommender) =>
  (app: FastifyInstance): void => {
    app.post<{ Body: RecommendationRequest }>(
      '/v1/recommendations',
      {
        config: { scope: 'recommend' },
        schema: {
          summary: 'Recommend products to a shopper, with reasons that add up',
          body: RecommendationRequest,
          response: { 200: RecommendationAnswer },
        },
      },
      async ({ body }) => {
        const startedAt = performance.now()
        const recommendation = recommender.recommend(decisionRequest(body))
        return answer(recommendation, body.explain ?? true, performance.now() - startedAt)
      },
    )
  }

function decisionRequest(body: RecommendationRequest): DecisionRequest {
  const { context = {} } = body
  const category = body.filter?.category ?? context.category
  return {
    ...(body.customer_id === undefined ? {} : { customerId: body.customer_id }),
    ...(body.session_id === undefined ? {} : { sessionId: body.session_id }),
    page: context.page ?? 'home',
    ...(context.sku === undefined ? {} : { sku: context.sku }),
    cart: context.cart ?? [],
    ...(category === undefined ? {} : { category }),
    limit: body.limit ?? DEFAULT_LIMIT,
    ...(body.as_of === undefined ? {} : { asOf: body.as_of }),
    exclude: body.exclude ?? [],
  }
}

function answer(recommendation: Recommendation, explain: boolean, tookMs: number): RecommendationAnswer {
  const { decision, model, freshness } = recommendation
  return {
    decision_id: decision.decisionId,
    as_of: decision.asOf,
    log_position: decision.logPosition,
    personalised: decision.personalised,
    model: model === null ? null : { version: model.version, trained_at: model.trainedAt },
    items: decision.items.map((item) => itemAnswer(item, explain)),
    freshness: { events_ms: freshness.eventsMs, model_s: freshness.modelS },
    took_ms: Math.round(tookMs * 1000) / 1000,
  }
}

const itemAnswer = (item: ShownItem, explain: boolean): RecommendationAnswer['items'][number] => ({
  sku: item.sku,
  product_name: item.productName,
  price_cents: item.priceCents,
  score: item.score,
  base: item.base,
  propensity: item.propensity,
  source: [...item.source],
  ...(explain ? { reasons: item.reasons.map((reason) => ({ ...reason })) } : {}),
  moves: [],
})
