import type { RecordValue } from '../../../src/algebra/source.ts'
import type { Click } from '../../../src/catalog/events/clickstream.ts'
import type { EventLog } from '../../../src/event-log/contract/event-log.ts'

/** Mean of p(buy | shown) - p(buy | held out) over looks, with its 95 % interval. */
export type Uplift = {
  readonly estimate: number
  readonly low: number
  readonly high: number
  readonly looks: number
}

type Look = { readonly sku: string; readonly isShown: boolean; readonly propensity: number }
type Visit = { readonly looks: Look[]; readonly bought: Set<string> }

/**
 * The naive estimate from the log alone: each look at a product of an offer counts whether the visit bought the product,
 * over the chance of the arm that was drawn. Arms are drawn by visit and offer, so the interval is one over visits.
 */
export async function upliftOf(log: EventLog, offerIds: readonly string[]): Promise<Uplift> {
  const visits = await visitsOf(log, new Set(offerIds))
  const sums = [...visits.values()].filter(({ looks }) => looks.length > 0).map(weightedSum)
  const looks = sums.reduce((count, one) => count + one.looks, 0)
  const estimate = sums.reduce((sum, { value }) => sum + value, 0) / looks
  const squares = sums.reduce((sum, { value, looks: own }) => sum + (value - own * estimate) ** 2, 0)
  const error = (1.96 * Math.sqrt(squares)) / looks
  return { estimate, low: estimate - error, high: estimate + error, looks }
}

function weightedSum({ looks, bought }: Visit): { readonly value: number; readonly looks: number } {
  let value = 0
  for (const { sku, isShown, propensity } of looks) {
    if (bought.has(sku)) value += isShown ? 1 / propensity : -1 / (1 - propensity)
  }
  return { value, looks: looks.length }
}

async function visitsOf(log: EventLog, offers: ReadonlySet<string>): Promise<ReadonlyMap<string, Visit>> {
  const visits = new Map<string, Visit>()
  for await (const records of log.read(0)) {
    for (const { topic, value } of records) {
      if (topic === 'clickstream') note(visits, clickOf(value), offers)
    }
  }
  return visits
}

function note(
  visits: Map<string, Visit>,
  { event, session_id: session, payload }: Click,
  offers: ReadonlySet<string>,
): void {
  if (event !== 'view_item' && event !== 'purchase') return
  const visit = visits.get(session) ?? { looks: [], bought: new Set<string>() }
  visits.set(session, visit)
  const skus = (payload.items ?? []).map(({ item_id: sku }) => sku)
  if (event === 'purchase') for (const sku of skus) visit.bought.add(sku)
  else if (offers.has(payload.extra?.['offer_id'] ?? '')) {
    const isShown = payload.extra?.['arm'] === 'shown'
    visit.looks.push({ sku: skus[0] ?? '', isShown, propensity: Number(payload.extra?.['propensity']) })
  }
}

/** Admitted by the contract, so it is one. */
const clickOf = (record: RecordValue): Click => record as Click
