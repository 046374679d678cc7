import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DAY_MS } from '../../../core/duration.ts'
import { seededRandom } from '../../../core/random.ts'
import type { DuckDbSession } from '../../../features/lake/duckdb/duckdb-session.ts'
import { openLmdbStateStore } from '../../../features/online/lmdb/lmdb-state-store.ts'
import { type OnlineState, openOnlineState } from '../../../features/online/online-state.ts'
import type { AffinityTable } from '../../../models/candidates/affinity.ts'
import { withColumnAdded } from '../../../models/rankers/added-column.ts'
import { fitQuantiser, type Quantiser, quantise } from '../../../models/rankers/bins/quantiser.ts'
import type { BoostingSettings } from '../../../models/rankers/boosting/boosting-settings.ts'
import { meanNdcg } from '../../../models/rankers/boosting/ndcg.ts'
import type { RankingRows } from '../../../models/rankers/boosting/ranking-rows.ts'
import { forestScorer } from '../../../models/rankers/forest-scorer.ts'
import type { RankerModel } from '../../../models/rankers/ranker-model.ts'
import { rowScorer } from '../../../models/rankers/row-scorer.ts'
import { trainForestInWorkers } from '../../../models/training/workers/train-forest-in-workers.ts'
import { createRecommender, type Recommender } from '../../../recommend/recommender.ts'
import type { SegmentSnapshot } from '../../../recommend/segment-sales.ts'
import { RANKED_NAMES } from '../../../recommend/sources.ts'
import { counted, type Report } from '../../progress.ts'
import { segmentSnapshot } from '../../segment-snapshot.ts'
import { catalog } from '../../shop.ts'
import { dealWeight } from './deal-weight.ts'
import { laterPurchases, purchaseSpan } from './later-purchases.ts'
import { joined, type LabelledRows, QuestionRows, tellingColumns, withColumns } from './question-rows.ts'
import { replayedEvents } from './replayed-events.ts'

/** What was bought within it after the instant of a question is the answer. */
const HORIZON_MS = 14 * DAY_MS
/** Questions are asked at instants one horizon apart: the last tests, the one before chooses, the others teach. */
const INSTANTS = { most: 5, least: 3 } as const
/** The shop must have so much of a past at the first of them. */
const LEAST_PAST_MS = 14 * DAY_MS
/** Shoppers who are asked about at one instant, drawn by the seed. */
const SHOPPERS = 1500
/** With fewer answered questions to test on, nothing is learnt. */
const LEAST_QUESTIONS = 20
const SEED = 1
const LIMIT = 12
/** What a deal adds is one number, learnt beside the trees: see `dealWeight`. */
const DEAL = 'on_offer'
/** Columns that a score never falls (1) or never rises (-1) with: more off is not worse, a price above the usual one not better. */
const MONOTONE: Readonly<Record<string, 1 | -1>> = {
  discount_depth: 1,
  own_discount_share_x_depth: 1,
  price_to_usual: -1,
}
const CUTOFF = 10
/** The replayed state lies in a temporary folder; so much of its shoppers is in memory. */
const SHOPPER_BYTES = 128 * 1024 * 1024
const CHECKPOINT_RECORDS = 50_000

export type RankerTraining = {
  /** Null if there is too little to learn from, or what was learnt is no better than the weighted sum. */
  readonly model: RankerModel | null
  /** On the last instant's questions, which nothing was learnt from. */
  readonly metrics: Readonly<Record<string, number>>
  /** What shoppers, candidates and rows were drawn by; empty without a model. */
  readonly seeds: Readonly<Record<string, number>>
}

/** Nothing was learnt. */
export const NO_RANKER: RankerTraining = Object.freeze({ model: null, metrics: {}, seeds: {} })

export type RankerTrainingOptions = {
  /** With the lake attached. */
  readonly session: DuckDbSession
  /** Another one, from which events are streamed while the first one is asked: DuckDB ends a stream at the next statement. */
  readonly events: DuckDbSession
  readonly position: number
  /** Affinity from what happened before an instant alone. */
  readonly affinityBefore: (instant: number) => Promise<AffinityTable>
  readonly report?: Report
}

/**
 * Learns to rank from what people bought after instants of the past. The shop's events are replayed in the order in
 * which they happened into an online state; at each instant the recommender is asked about shoppers who agreed to
 * training, as it would have been then, and its candidates with their values are the rows. So features are computed by
 * the code that serves, and nothing that came later is in them.
 */
export async function trainRanker(options: RankerTrainingOptions): Promise<RankerTraining> {
  const { session, position, report } = options
  const span = await purchaseSpan(session, position)
  const instants = span === null ? [] : instantsOf(span)
  if (instants.length < INSTANTS.least) return NO_RANKER
  const asked = await askedQuestions(options, instants)
  const [test, choice, ...past] = asked.map((questions) => questions.rows()).reverse()
  const names = asked.find((questions) => questions.questions > 0)?.names ?? []
  const testable = (asked.at(-1)?.questions ?? 0) >= LEAST_QUESTIONS
  if (
    test === undefined ||
    choice === undefined ||
    !testable ||
    past.length === 0 ||
    choice.labels.length === 0
  ) {
    return NO_RANKER
  }
  report?.(`${counted(asked.reduce((sum, { questions }) => sum + questions, 0))} questions; growing trees`)
  const model = await learnt(names, joined(past.reverse()), choice)
  if (model === null) return NO_RANKER
  const metrics = compared(model, withNames(test, names, model.featureNames))
  const isBetter = metrics.ranker > metrics.weighted
  return {
    model: isBetter ? model : null,
    metrics: {
      'ranker_ndcg@10': rounded(metrics.ranker),
      'weighted_sum_ndcg@10': rounded(metrics.weighted),
      ranker_questions: test.groups.length - 1,
    },
    seeds: isBetter ? { ranker: SEED } : {},
  }
}

/** Ascending, epoch ms. */
function instantsOf({ first, last }: { readonly first: number; readonly last: number }): number[] {
  const instants: number[] = []
  for (let instant = last + 1 - HORIZON_MS; instants.length < INSTANTS.most; instant -= HORIZON_MS) {
    if (instant < first + LEAST_PAST_MS) break
    instants.unshift(instant)
  }
  return instants
}

async function askedQuestions(
  options: RankerTrainingOptions,
  instants: readonly number[],
): Promise<readonly QuestionRows[]> {
  const affinity = await options.affinityBefore(instants[0] ?? 0)
  const folder = mkdtempSync(join(tmpdir(), 'endcap-replay-'))
  const store = await openLmdbStateStore({ folder })
  try {
    const state = await openOnlineState({ catalog, store, maxShopperBytes: SHOPPER_BYTES })
    return await replayAndAsk(options, { state, instants, affinity })
  } finally {
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

type Replay = {
  readonly state: OnlineState
  readonly instants: readonly number[]
  readonly affinity: AffinityTable
}

async function replayAndAsk(
  { session, events, position, report }: RankerTrainingOptions,
  { state, instants, affinity }: Replay,
): Promise<readonly QuestionRows[]> {
  let now = 0
  let segments: SegmentSnapshot | null = null
  // One object for all questions: another one would be taken for a new model.
  const model = { version: 'training', trainedAt: 0, affinity }
  const recommender = createRecommender({
    state,
    model: () => model,
    clock: () => now,
    segments: () => segments,
    seed: () => SEED,
  })
  const asked: QuestionRows[] = []
  const ask = async (instant: number): Promise<void> => {
    now = instant
    segments = await segmentSnapshot(session, { asOf: instant, position })
    const bought = await laterPurchases(session, { from: instant, to: instant + HORIZON_MS, position })
    asked.push(askedAt(recommender, state, instant, bought))
    report?.(`asked as of ${new Date(instant).toISOString().slice(0, 10)}`)
  }
  let next = 0
  for await (const records of replayedEvents(events, catalog.sources, position)) {
    let from = 0
    while (next < instants.length) {
      const instant = instants[next] ?? 0
      const end = records.findIndex(({ loggedAt }, index) => index >= from && loggedAt >= instant)
      if (end < 0) break
      state.applyBatch(records.slice(from, end))
      from = end
      await ask(instant)
      next += 1
    }
    if (next >= instants.length) break
    state.applyBatch(records.slice(from))
    if (state.position() - state.savedPosition() >= CHECKPOINT_RECORDS) await state.checkpoint()
  }
  return asked
}

/** The home page of shoppers who agreed to training and bought something afterwards. */
function askedAt(
  recommender: Recommender,
  state: OnlineState,
  instant: number,
  bought: ReadonlyMap<string, ReadonlySet<string>>,
): QuestionRows {
  const random = seededRandom(`ranker ${SEED} ${instant}`)
  const rows = new QuestionRows()
  const agreed = [...bought.keys()].filter((customer) =>
    agrees(state.entity('customers', customer)?.['consent']),
  )
  for (const customerId of drawn(agreed, SHOPPERS, random)) {
    const request = { page: 'home', customerId, cart: [], exclude: [], limit: LIMIT, asOf: instant } as const
    rows.add(recommender.candidates(request), bought.get(customerId) ?? new Set(), random)
  }
  return rows
}

const agrees = (consent: unknown): boolean =>
  typeof consent === 'object' &&
  consent !== null &&
  'training' in consent &&
  consent.training === true &&
  'personalisation' in consent &&
  consent.personalisation === true

function drawn(
  customers: readonly string[],
  count: number,
  random: ReturnType<typeof seededRandom>,
): readonly string[] {
  if (customers.length <= count) return customers
  const lots = customers.map((customer) => ({ customer, lot: random.next() }))
  return lots
    .sort((a, b) => a.lot - b.lot)
    .slice(0, count)
    .map(({ customer }) => customer)
    .sort()
}

/**
 * Columns and the number of trees are chosen on later questions, then as many are grown from all of them. Feature columns are
 * read only if trees with them rank the later questions better than trees of the sources alone; and no column that is the
 * same in all rows. What deals add to trees is told by the later questions.
 */
async function learnt(
  names: readonly string[],
  past: LabelledRows,
  choice: LabelledRows,
): Promise<RankerModel | null> {
  if (past.labels.length === 0) return null
  const told = tellingColumns(past)
  const deal = names.indexOf(DEAL)
  const telling = told.filter((column) => column !== deal)
  const ofSources = telling.filter((column) => RANKED_NAMES.includes(names[column] ?? ''))
  let best: Probe | null = null
  for (const columns of ofSources.length < telling.length ? [ofSources, telling] : [telling]) {
    const probe = await probed(names, columns, { past, choice })
    if (probe.treeCount > 0 && probe.ndcg > (best?.ndcg ?? 0)) best = probe
  }
  if (best === null) return null
  const rows = joined([past, choice])
  const settings = { ...best.settings, trees: best.treeCount }
  const model: RankerModel = {
    featureNames: best.columns.map((column) => names[column] ?? ''),
    quantiser: best.quantiser,
    forest: await trainForestInWorkers(
      rankingRows(best.quantiser, withColumns(rows, best.columns)),
      settings,
    ),
  }
  if (!told.includes(deal)) return model
  const dealsOf = (part: LabelledRows) => withColumns(part, [deal]).table
  const weight = dealWeight(choice, best.scores, dealsOf(choice).values)
  return weight === 0 ? model : withColumnAdded(model, { name: DEAL, column: dealsOf(rows), weight })
}

/** How well trees from the past rank later questions, by some of the columns. */
type Probe = {
  readonly columns: readonly number[]
  readonly settings: Partial<BoostingSettings>
  readonly quantiser: Quantiser
  readonly treeCount: number
  readonly ndcg: number
  /** Of the later questions' rows. */
  readonly scores: Float64Array
}

async function probed(
  names: readonly string[],
  columns: readonly number[],
  { past, choice }: { readonly past: LabelledRows; readonly choice: LabelledRows },
): Promise<Probe> {
  const monotone = columns.map((column) => MONOTONE[names[column] ?? ''] ?? 0)
  const settings = { seed: SEED, monotone }
  const [earlier, later] = [withColumns(past, columns), withColumns(choice, columns)]
  const quantiser = fitQuantiser(joined([earlier, later]).table)
  const validation = rankingRows(quantiser, later)
  const forest = await trainForestInWorkers(rankingRows(quantiser, earlier), settings, { validation })
  const scores = new Float64Array(later.labels.length)
  forestScorer(forest).score(validation.table, scores)
  return {
    columns,
    settings,
    quantiser,
    treeCount: forest.treeCount,
    ndcg: meanNdcg(later, scores, CUTOFF),
    scores,
  }
}

function withNames(rows: LabelledRows, names: readonly string[], wanted: readonly string[]): LabelledRows {
  return withColumns(
    rows,
    wanted.map((name) => names.indexOf(name)),
  )
}

const rankingRows = (quantiser: Quantiser, { table, groups, labels }: LabelledRows): RankingRows => ({
  table: quantise(quantiser, table),
  groups,
  labels,
})

function compared(
  model: RankerModel,
  test: LabelledRows,
): { readonly ranker: number; readonly weighted: number } {
  const { featureNames, quantiser, forest } = model
  const scores = rowScorer(featureNames, quantiser, forest).score(test.table)
  return { ranker: meanNdcg(test, scores, CUTOFF), weighted: meanNdcg(test, test.weighted, CUTOFF) }
}

const rounded = (value: number): number => Number(value.toFixed(4))
