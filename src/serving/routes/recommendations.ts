import type { FastifyInstance } from 'fastify'
import type { DecisionRequest, ShownItem } from '../../recommend/decision.ts'
import type { Recommendation, Recommender } from '../../recommend/recommender.ts'
import { type Item, type RankAnswer, RecommendationAnswer, RecommendationRequest } from '../wire.ts'

const DEFAULT_LIMIT = 10

/** `POST /v1/recommendations`: what this shopper should see now, and why. */
export const recommendationRoutes =
  (recommender: Pick<Recommender, 'recommend'>) =>
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
      async ({ body }): Promise<RecommendationAnswer> => {
        const startedAt = performance.now()
        const recommendation = recommender.recommend(decisionRequest(body))
        const { decisionId } = recommendation.decision
        return { decision_id: decisionId, ...answerOf(recommendation, body.explain, startedAt) }
      },
    )
  }

/** Who asks, on which page: what requests for decisions have in common. */
export function whoAndWhere(
  body: Pick<RecommendationRequest, 'customer_id' | 'session_id' | 'context' | 'as_of' | 'explain'>,
): Omit<DecisionRequest, 'limit' | 'exclude'> {
  const { customer_id: customerId, session_id: sessionId, context = {}, as_of: asOf, explain } = body
  return {
    ...(customerId === undefined ? {} : { customerId }),
    ...(sessionId === undefined ? {} : { sessionId }),
    page: context.page ?? 'home',
    ...(context.sku === undefined ? {} : { sku: context.sku }),
    cart: context.cart ?? [],
    ...(asOf === undefined ? {} : { asOf }),
    ...(explain === undefined ? {} : { explain }),
  }
}

function decisionRequest(body: RecommendationRequest): DecisionRequest {
  const { context, filter, limit = DEFAULT_LIMIT, exclude = [], diversity } = body
  const category = filter?.category ?? context?.category
  return {
    ...whoAndWhere(body),
    ...(category === undefined ? {} : { category }),
    ...filterOf(filter),
    limit,
    exclude,
    ...(diversity === undefined ? {} : { diversity }),
  }
}

function filterOf(filter: RecommendationRequest['filter']): Pick<DecisionRequest, 'filter'> {
  if (filter === undefined) return {}
  const { brands, min_price_cents: minPriceCents, max_price_cents: maxPriceCents, attributes } = filter
  return {
    filter: {
      ...(brands === undefined ? {} : { brands }),
      ...(minPriceCents === undefined ? {} : { minPriceCents }),
      ...(maxPriceCents === undefined ? {} : { maxPriceCents }),
      ...(attributes === undefined ? {} : { attributes }),
    },
  }
}

/** What every answer with items has. */
export function answerOf(
  { decision, model, freshness }: Recommendation,
  explain: boolean | undefined,
  startedAt: number,
): Omit<RankAnswer, 'left_out'> {
  return {
    as_of: decision.asOf,
    log_position: decision.logPosition,
    personalised: decision.personalised,
    model: model === null ? null : { version: model.version, trained_at: model.trainedAt },
    items: decision.items.map((item) => itemAnswer(item, explain ?? true)),
    notes: [...decision.notes],
    freshness: { events_ms: freshness.eventsMs, model_s: freshness.modelS },
    took_ms: Math.round((performance.now() - startedAt) * 1000) / 1000,
  }
}

const itemAnswer = (item: ShownItem, explain: boolean): Item => ({
  sku: item.sku,
  product_name: item.productName,
  price_cents: item.priceCents,
  ...(item.offer === null
    ? {}
    : {
        offer: {
          offer_ids: [...item.offer.offerIds],
          price_cents: item.offer.priceCents,
          ends_at: item.offer.endsAt,
          text: item.offer.text,
        },
      }),
  score: item.score,
  base: item.base,
  propensity: item.propensity,
  source: [...item.source],
  ...(explain ? { reasons: [...item.reasons] } : {}),
  moves: [...item.moves],
})
