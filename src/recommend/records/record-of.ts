import type { Decider, Outcome } from '../decide.ts'
import type { Decision, DecisionRequest } from '../decision.ts'
import type { LiveShop } from '../live-shop.ts'
import type { SegmentSnapshot } from '../segment-sales.ts'
import type { SelectionSettings } from '../select.ts'
import { type DecisionRecord, RECORD_FORMAT } from './decision-record.ts'

export type Recorded = {
  readonly shop: LiveShop
  readonly decider: Decider
  readonly outcome: Outcome
  readonly request: DecisionRequest
  readonly decision: Decision
  readonly settings: SelectionSettings
  readonly now: number
  readonly model: string | null
  readonly segments: SegmentSnapshot | null
}

/** What is kept of a decision: copies, since the memory of the outcome is used again. */
export function recordOf(recorded: Recorded): DecisionRecord {
  const { shop, decider, outcome, request, decision, settings, now, model, segments } = recorded
  const { customerId: _customer, sessionId: _session, ...page } = request
  const { list, slots } = outcome
  return {
    format: RECORD_FORMAT,
    decisionId: decision.decisionId,
    decidedAt: now,
    asOf: decision.asOf,
    logPosition: decision.logPosition,
    personalised: decision.personalised,
    request: decision.personalised ? request : page,
    model,
    ranker: decider.ranker.version,
    settings,
    segments: segments === null ? null : { asOf: segments.asOf, position: segments.position },
    columns: decider.columns.map(({ name }) => name),
    candidates: list.map(({ item, score, rankScore, isExplored }) => {
      const { sku, category, brand = null } = shop.items.product(item)
      return { sku, category, brand, score, rankScore, isExplored }
    }),
    values: valuesOf(outcome),
    shown: decision.items.map(({ sku, score, propensity, priceCents, offer }, place) => ({
      sku,
      score,
      propensity,
      by: slots[place]?.by ?? 'score',
      priceCents,
      paidCents: offer?.priceCents ?? priceCents,
    })),
  }
}

function valuesOf({ list, candidates }: Outcome): Float32Array {
  const { columns } = candidates.matrix
  const values = new Float32Array(list.length * columns.length)
  for (let index = 0; index < columns.length; index += 1) {
    const column = columns[index] ?? NO_VALUES
    for (let place = 0; place < list.length; place += 1) {
      values[place * columns.length + index] = column[list[place]?.row ?? 0] ?? 0
    }
  }
  return values
}

const NO_VALUES = new Float32Array(0)
