import type { ShownItem } from '../../recommend/decision.ts'
import type { Recommendation } from '../../recommend/recommender.ts'
import type { RecommendationAnswer } from '../../serving/wire.ts'

/** The recommendation that an answer was made of, to be given to everybody: what the wire and HTTP cost alone. */
export function fixedRecommendation(answer: RecommendationAnswer): Recommendation {
  return {
    decision: {
      decisionId: answer.decision_id,
      asOf: answer.as_of,
      logPosition: answer.log_position,
      personalised: answer.personalised,
      notes: answer.notes,
      items: answer.items.map(
        (item): ShownItem => ({
          sku: item.sku,
          productName: item.product_name,
          priceCents: item.price_cents,
          offer:
            item.offer === undefined
              ? null
              : {
                  offerIds: item.offer.offer_ids,
                  priceCents: item.offer.price_cents,
                  endsAt: item.offer.ends_at,
                  text: item.offer.text,
                },
          score: item.score,
          base: item.base,
          propensity: item.propensity,
          source: item.source,
          reasons: item.reasons ?? [],
          moves: item.moves,
        }),
      ),
    },
    model: null,
    freshness: { eventsMs: answer.freshness.events_ms, modelS: answer.freshness.model_s },
  }
}
