import Type from 'typebox'
import { MAX_INSTANT_MS } from '../algebra/column.ts'
import { ID_PATTERN } from '../core/ids.ts'

/** The shapes of requests and answers, for validation and OpenAPI. Wire names are snake_case. */
const Id = Type.String({ pattern: ID_PATTERN })
const Instant = Type.Integer({ minimum: 0, maximum: MAX_INSTANT_MS, description: 'epoch ms, UTC' })

export const PAGES = ['home', 'product', 'cart', 'category', 'email'] as const
export const DRIVERS = [
  'history',
  'demographics',
  'affinity',
  'season',
  'discount',
  'popularity',
  'content',
] as const

export const RecommendationRequest = Type.Object(
  {
    customer_id: Type.Optional(Id),
    session_id: Type.Optional(Id),
    context: Type.Optional(
      Type.Object(
        {
          page: Type.Optional(Type.Enum([...PAGES], { type: 'string' })),
          sku: Type.Optional(Id),
          cart: Type.Optional(Type.Array(Id, { maxItems: 200 })),
          category: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
        },
        { additionalProperties: false },
      ),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 10 })),
    as_of: Type.Optional(Instant),
    filter: Type.Optional(
      Type.Object(
        { category: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })) },
        { additionalProperties: false },
      ),
    ),
    exclude: Type.Optional(Type.Array(Id, { maxItems: 1000 })),
    explain: Type.Optional(Type.Boolean({ default: true })),
  },
  { additionalProperties: false, title: 'RecommendationRequest' },
)
export type RecommendationRequest = Type.Static<typeof RecommendationRequest>

const Reason = Type.Object({
  driver: Type.Enum([...DRIVERS], { type: 'string' }),
  contribution: Type.Number({ description: 'part of the score' }),
  text: Type.String(),
})

const Move = Type.Object({
  by: Type.Enum(['rule', 'diversity', 'exploration'], { type: 'string' }),
  from: Type.Integer({ minimum: 0 }),
  text: Type.String(),
})

export const Item = Type.Object({
  sku: Type.String(),
  product_name: Type.String(),
  price_cents: Type.Integer({ description: 'minor units' }),
  score: Type.Number({ description: 'base plus the contributions of the reasons' }),
  base: Type.Number(),
  propensity: Type.Number({ description: 'P(item at this slot | slots above)' }),
  source: Type.Array(Type.String(), { description: 'sources that proposed it' }),
  reasons: Type.Optional(Type.Array(Reason)),
  moves: Type.Array(Move),
})

export const Model = Type.Object({ version: Type.String(), trained_at: Instant })

export const RecommendationAnswer = Type.Object(
  {
    decision_id: Type.String({ format: 'uuid' }),
    as_of: Instant,
    log_position: Type.Integer({ description: 'log records that the answer knows of' }),
    personalised: Type.Boolean({ description: "whether the shopper's own events were used" }),
    model: Type.Union([Model, Type.Null()], { description: 'null before the first training' }),
    items: Type.Array(Item),
    freshness: Type.Object({
      events_ms: Type.Union([Type.Number(), Type.Null()], { description: 'age of the newest applied event' }),
      model_s: Type.Union([Type.Number(), Type.Null()], { description: 'age of the model' }),
    }),
    took_ms: Type.Number(),
  },
  { title: 'RecommendationAnswer' },
)
export type RecommendationAnswer = Type.Static<typeof RecommendationAnswer>

export const SimilarAnswer = Type.Object(
  {
    sku: Type.String(),
    items: Type.Array(
      Type.Object({
        sku: Type.String(),
        product_name: Type.String(),
        price_cents: Type.Integer(),
        score: Type.Number({ description: 'weight of the pair in the affinity model' }),
      }),
    ),
  },
  { title: 'SimilarAnswer' },
)
export type SimilarAnswer = Type.Static<typeof SimilarAnswer>

export const SkuParams = Type.Object({ sku: Id })
export const LimitQuery = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 10 })),
})
