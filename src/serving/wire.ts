import Type from 'typebox'
import { MAX_INSTANT_MS } from '../algebra/column.ts'
import { MAX_CENTS } from '../catalog/events/fields.ts'
import { ID_PATTERN } from '../core/ids.ts'
import { DRIVERS } from '../models/candidates/candidate-source.ts'

/** The shapes of requests and answers, for validation and OpenAPI. Wire names are snake_case. */
const Id = Type.String({ pattern: ID_PATTERN })
const Instant = Type.Integer({ minimum: 0, maximum: MAX_INSTANT_MS, description: 'epoch ms, UTC' })

export const PAGES = ['home', 'product', 'cart', 'category', 'email'] as const
const Cents = (description: string) => Type.Integer({ minimum: 0, maximum: MAX_CENTS, description })
const CategoryPath = Type.String({ minLength: 1, maxLength: 500, description: 'path, with all below' })

const Context = Type.Object(
  {
    page: Type.Optional(Type.Enum([...PAGES], { type: 'string' })),
    sku: Type.Optional(Id),
    cart: Type.Optional(Type.Array(Id, { maxItems: 200 })),
    category: Type.Optional(CategoryPath),
  },
  { additionalProperties: false },
)

const Filter = Type.Object(
  {
    category: Type.Optional(CategoryPath),
    brands: Type.Optional(
      Type.Array(Type.String({ maxLength: 200 }), { maxItems: 100, description: 'any of them' }),
    ),
    min_price_cents: Type.Optional(Cents('before offers')),
    max_price_cents: Type.Optional(Cents('before offers')),
    attributes: Type.Optional(
      Type.Record(Type.String(), Type.String(), { description: 'name to value; all must hold' }),
    ),
  },
  { additionalProperties: false, description: 'all that is given must hold' },
)

export const RecommendationRequest = Type.Object(
  {
    customer_id: Type.Optional(Id),
    session_id: Type.Optional(Id),
    context: Type.Optional(Context),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 10 })),
    as_of: Type.Optional(Instant),
    filter: Type.Optional(Filter),
    exclude: Type.Optional(Type.Array(Id, { maxItems: 1000 })),
    diversity: Type.Optional(
      Type.Number({ minimum: 0, maximum: 1, description: '0: by score alone; absent: as the shop has it' }),
    ),
    explain: Type.Optional(Type.Boolean({ default: true })),
  },
  { additionalProperties: false, title: 'RecommendationRequest' },
)
export type RecommendationRequest = Type.Static<typeof RecommendationRequest>

export const RankRequest = Type.Object(
  {
    customer_id: Type.Optional(Id),
    session_id: Type.Optional(Id),
    context: Type.Optional(Context),
    skus: Type.Array(Id, { minItems: 1, maxItems: 1000, description: "the caller's list" }),
    as_of: Type.Optional(Instant),
    explain: Type.Optional(Type.Boolean({ default: true })),
  },
  { additionalProperties: false, title: 'RankRequest' },
)
export type RankRequest = Type.Static<typeof RankRequest>

export const BundleRequest = Type.Object(
  {
    customer_id: Type.Optional(Id),
    session_id: Type.Optional(Id),
    skus: Type.Array(Id, {
      minItems: 1,
      maxItems: 50,
      description: 'product of the page, or the basket: what bundles are made around',
    }),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 20, default: 3 })),
    as_of: Type.Optional(Instant),
  },
  { additionalProperties: false, title: 'BundleRequest' },
)
export type BundleRequest = Type.Static<typeof BundleRequest>

const Reason = Type.Object({
  driver: Type.Enum([...DRIVERS], { type: 'string' }),
  contribution: Type.Number({ description: 'part of the score' }),
  text: Type.String(),
})

const Move = Type.Object({
  by: Type.Enum(['rule', 'diversity', 'exploration'], { type: 'string' }),
  from: Type.Integer({ minimum: 0, description: 'place by score, from 0' }),
  text: Type.String(),
})

const ShownOffer = Type.Object({
  offer_ids: Type.Array(Type.String()),
  price_cents: Type.Integer({ description: 'unit price after the offers; minor units' }),
  ends_at: Instant,
  text: Type.String(),
})

export const Item = Type.Object({
  sku: Type.String(),
  product_name: Type.String(),
  price_cents: Type.Integer({ description: 'before offers; minor units' }),
  offer: Type.Optional(ShownOffer),
  score: Type.Number({ description: 'base plus the contributions of the reasons' }),
  base: Type.Number(),
  propensity: Type.Number({ description: 'P(item at this slot | slots above)' }),
  source: Type.Array(Type.String(), { description: 'sources that proposed it' }),
  reasons: Type.Optional(Type.Array(Reason)),
  moves: Type.Array(Move),
})
export type Item = Type.Static<typeof Item>

export const Model = Type.Object({ version: Type.String(), trained_at: Instant })

const answerFields = {
  decision_id: Type.String({ format: 'uuid' }),
  as_of: Instant,
  log_position: Type.Integer({ description: 'log records that the answer knows of' }),
  personalised: Type.Boolean({ description: "whether the shopper's own events were used" }),
  model: Type.Union([Model, Type.Null()], { description: 'null before the first training' }),
  items: Type.Array(Item),
  notes: Type.Array(Type.String(), { description: 'what could not be used, and why' }),
  freshness: Type.Object({
    events_ms: Type.Union([Type.Number(), Type.Null()], { description: 'age of the newest applied event' }),
    model_s: Type.Union([Type.Number(), Type.Null()], { description: 'age of the model' }),
  }),
  took_ms: Type.Number(),
}

export const RecommendationAnswer = Type.Object(answerFields, { title: 'RecommendationAnswer' })
export type RecommendationAnswer = Type.Static<typeof RecommendationAnswer>

const { decision_id: _decision, ...rankFields } = answerFields
export const RankAnswer = Type.Object(
  {
    ...rankFields,
    left_out: Type.Array(
      Type.Object({
        sku: Type.String(),
        reason: Type.Enum(['unknown_product', 'deleted', 'not_yet_available', 'out_of_stock'], {
          type: 'string',
        }),
      }),
      { description: 'products of the list that are not ranked' },
    ),
  },
  { title: 'RankAnswer' },
)
export type RankAnswer = Type.Static<typeof RankAnswer>

export const BundlesAnswer = Type.Object(
  {
    as_of: Instant,
    bundles: Type.Array(
      Type.Object({
        items: Type.Array(
          Type.Object({
            sku: Type.String(),
            product_name: Type.String(),
            quantity: Type.Integer({ minimum: 1 }),
          }),
        ),
        price_cents: Type.Integer({ description: 'of all together, before offers; minor units' }),
        joint_price_cents: Type.Integer({ description: 'of all together, with the best offers' }),
        offer_ids: Type.Array(Type.String(), { description: 'offers that are used' }),
        ends_at: Type.Union([Instant, Type.Null()], { description: 'null without offers' }),
        score: Type.Number({ description: 'sum of the contributions' }),
        reasons: Type.Array(Reason),
      }),
    ),
  },
  { title: 'BundlesAnswer' },
)
export type BundlesAnswer = Type.Static<typeof BundlesAnswer>

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

export const DecisionParams = Type.Object({ decision_id: Type.String({ format: 'uuid' }) })

export const DecisionAnswer = Type.Object(
  {
    decision_id: Type.String({ format: 'uuid' }),
    decided_at: Instant,
    as_of: Instant,
    log_position: Type.Integer(),
    personalised: Type.Boolean({ description: 'without it the ids of who asked are not kept' }),
    model: Type.Union([Type.String(), Type.Null()], { description: 'null before the first training' }),
    ranker: Type.String({ description: 'version of what made the scores' }),
    request: Type.Object({
      customer_id: Type.Optional(Type.String()),
      session_id: Type.Optional(Type.String()),
      page: Type.String(),
      sku: Type.Optional(Type.String()),
      cart: Type.Array(Type.String()),
      category: Type.Optional(Type.String()),
      limit: Type.Integer(),
      exclude: Type.Array(Type.String()),
    }),
    diversity: Type.Number(),
    exploration: Type.Number({ description: 'probability that the last slot is drawn' }),
    seed: Type.Integer(),
    candidates: Type.Array(
      Type.Object({
        sku: Type.String(),
        score: Type.Number(),
        explored: Type.Boolean({ description: 'whether the last slot could be drawn from it' }),
        values: Type.Record(Type.String(), Type.Number(), {
          description: 'what each source said, and each feature that is not missing, float32',
        }),
      }),
      { description: 'what could have been shown, best first' },
    ),
    shown: Type.Array(
      Type.Object({
        sku: Type.String(),
        score: Type.Number(),
        propensity: Type.Number({ description: 'P(item at this slot | slots above)' }),
        by: Type.Enum(['score', 'diversity', 'exploration'], { type: 'string' }),
        price_cents: Type.Integer(),
        paid_cents: Type.Integer({ description: 'after offers' }),
      }),
    ),
  },
  { title: 'DecisionAnswer' },
)
export type DecisionAnswer = Type.Static<typeof DecisionAnswer>
