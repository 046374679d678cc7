import type { FastifyInstance } from 'fastify'
import { features } from '../../catalog/features/features.ts'
import { EndcapError } from '../../core/errors.ts'
import type { DecisionRecord } from '../../recommend/records/decision-record.ts'
import type { DecisionStore } from '../../recommend/records/decision-store.ts'
import { DecisionAnswer, DecisionParams } from '../wire.ts'

/** `GET /v1/decisions/{id}`: what was asked, what could have been shown, what was, and with which probability. */
export const decisionRoutes =
  (decisions: Pick<DecisionStore, 'get'>) =>
  (app: FastifyInstance): void => {
    app.get<{ Params: { readonly decision_id: string } }>(
      '/v1/decisions/:decision_id',
      {
        config: { scope: 'admin' },
        schema: {
          summary: 'A decision as it was made',
          params: DecisionParams,
          response: { 200: DecisionAnswer },
        },
      },
      async ({ params }): Promise<DecisionAnswer> => {
        const record = decisions.get(params.decision_id)
        if (record !== null) return answerOf(record)
        throw new EndcapError('NOT_FOUND', `no decision '${params.decision_id}' is kept`, {
          remedy: 'Decisions are kept for 30 days.',
        })
      },
    )
  }

const FEATURE_NAMES: ReadonlySet<string> = new Set(features.map(({ name }) => name))

function answerOf(record: DecisionRecord): DecisionAnswer {
  const { request, settings, columns, values } = record
  return {
    decision_id: record.decisionId,
    decided_at: record.decidedAt,
    as_of: record.asOf,
    log_position: record.logPosition,
    personalised: record.personalised,
    model: record.model,
    ranker: record.ranker,
    request: {
      ...(request.customerId === undefined ? {} : { customer_id: request.customerId }),
      ...(request.sessionId === undefined ? {} : { session_id: request.sessionId }),
      page: request.page,
      ...(request.sku === undefined ? {} : { sku: request.sku }),
      cart: [...request.cart],
      ...(request.category === undefined ? {} : { category: request.category }),
      limit: request.limit,
      exclude: [...request.exclude],
    },
    diversity: settings.diversity,
    exploration: settings.exploration,
    seed: settings.seed,
    candidates: record.candidates.map(({ sku, score, isExplored }, row) => ({
      sku,
      score,
      explored: isExplored,
      values: Object.fromEntries(
        columns.flatMap((name, column) => {
          const value = values[row * columns.length + column] ?? Number.NaN
          return isSilent(name, value) ? [] : [[name, value]]
        }),
      ),
    })),
    shown: record.shown.map(({ sku, score, propensity, by, priceCents, paidCents }) => ({
      sku,
      score,
      propensity,
      by,
      price_cents: priceCents,
      paid_cents: paidCents,
    })),
  }
}

/** A source that says 0 has nothing to say; of a feature 0 is a value, and what is missing is NaN. */
const isSilent = (name: string, value: number): boolean =>
  Number.isNaN(value) || (value === 0 && !FEATURE_NAMES.has(name))
