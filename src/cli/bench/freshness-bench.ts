import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Profile } from '../../catalog/stack-settings.ts'
import { EndcapError } from '../../core/errors.ts'
import { DEMO_SIZE, type ShopOptions } from '../../datagen/synthetic-shop/shop-options.ts'
import { shopFolders } from '../embedded-shop.ts'
import { writeShop } from '../generating/tell-shop.ts'
import { EventLoad } from './event-load.ts'
import { type Machine, machine } from './machine.ts'
import { median, quantile, rounded, withFolder } from './measuring.ts'
import { ServedShop } from './served-shop.ts'
import { StackUnderBench } from './stack-under-bench.ts'
import { runVerb } from './verb-run.ts'

export type FreshnessOptions = {
  /** Clicks whose effect is waited for. */
  readonly probes: number
  /** Events a second of other shoppers meanwhile. */
  readonly background: number
  /** Of the shop; the demo's if absent. */
  readonly size?: Pick<ShopOptions, 'products' | 'customers' | 'days' | 'seed'>
  /** Default `embedded`; `stack` starts the engines that are not up, and stops what it started. */
  readonly profile?: Profile
  /** Of a stack that is up already. */
  readonly runDir?: string
}

export type FreshnessFigures = {
  readonly bench: 'freshness'
  readonly profile: Profile
  /** From the answer that an event was accepted to the answer that it changed, ms. */
  readonly freshness_p50_ms: number
  readonly freshness_p99_ms: number
  /** The same from sending the event. */
  readonly from_sent_p50_ms: number
  readonly from_sent_p99_ms: number
  /** `GET /health` by turns with the probes: what any answer takes here. */
  readonly floor_p50_ms: number
  readonly floor_p99_ms: number
  readonly probes: number
  /** Events a second that were accepted beside the probes. */
  readonly background_events_per_s: number
  readonly server_anon_mb: number | null
  readonly answer_check: FreshnessCheck
  readonly machine: Machine
}

export type FreshnessCheck = {
  /** Probes whose product had no such reason before and `You looked at it ...` after. */
  readonly changed: number
  /** Recommendations asked for until the change showed; one a probe is the least. */
  readonly answers: number
}

type Item = { readonly sku: string; readonly reasons?: readonly { readonly driver: string }[] }
type Answer = { readonly items: readonly Item[]; readonly log_position: number }
type Ingested = { readonly accepted: number; readonly log_position: number }

type Probe = { readonly sentMs: number; readonly acceptedMs: number; readonly answers: number }

/** A live job reads the whole history before it is live: it is kept short. */
const STACK_SIZE = { products: 200, customers: 400, days: 20, seed: 1 } as const
/** A change that takes longer counts as missing. */
const LIMIT_MS = 5000
const PAUSE_MS = 15

/**
 * Serves a generated shop with a trained model; a session that was never seen clicks on a product, and the
 * recommendations for that session must then say so. Meanwhile other shoppers' events come in at a fixed rate.
 *
 * @throws EndcapError ENGINE_FAILED if an answer was wrong, or the rate was not kept
 */
export async function benchFreshness(
  options: FreshnessOptions,
  progress: (text: string) => void,
): Promise<FreshnessFigures> {
  return withFolder(async (folder) => {
    progress('making a shop and its model ...')
    const [events, dataDir] = [join(folder, 'events'), join(folder, 'shop')]
    const made = {
      ...(options.size ?? (options.profile === 'stack' ? STACK_SIZE : DEMO_SIZE)),
      endAt: Date.now(),
    }
    await writeShop(made, events)
    await runVerb('import', events, '--data-dir', dataDir, '--consent', 'all')
    await runVerb('backfill', '--data-dir', dataDir)
    await runVerb('train', '--data-dir', dataDir)
    const served = options.profile === 'stack' ? join(folder, 'stack-shop') : dataDir
    // The profile stack has a folder of its own and trains nothing.
    if (served !== dataDir)
      await cp(shopFolders(dataDir).models, shopFolders(served).models, { recursive: true })
    await using stack =
      options.profile === 'stack' ? await StackUnderBench.start(options, served, made, progress) : null
    await using shop = await ServedShop.start(served, stack?.serveOptions)
    if (stack !== null) await stack.caughtUp()
    progress(`${options.probes} clicks beside ${options.background} events a second ...`)
    const load = new EventLoad(shop, options.background)
    const { probes, floors } = await probeAll(shop, options)
    const background = await load.stop()
    if (background < options.background * 0.9) {
      throw wrong(`only ${Math.round(background)} events a second were taken beside the probes`)
    }
    const fresh = probes.map(({ acceptedMs }) => acceptedMs)
    const sent = probes.map(({ sentMs }) => sentMs)
    return {
      bench: 'freshness',
      profile: options.profile ?? 'embedded',
      freshness_p50_ms: rounded(median(fresh)),
      freshness_p99_ms: rounded(quantile(fresh, 0.99)),
      from_sent_p50_ms: rounded(median(sent)),
      from_sent_p99_ms: rounded(quantile(sent, 0.99)),
      floor_p50_ms: rounded(median(floors)),
      floor_p99_ms: rounded(quantile(floors, 0.99)),
      probes: probes.length,
      background_events_per_s: Math.round(background),
      server_anon_mb: shop.anonMb,
      answer_check: {
        changed: probes.length,
        answers: probes.reduce((sum, { answers }) => sum + answers, 0),
      },
      machine: machine(),
    }
  })
}

async function probeAll(
  shop: ServedShop,
  { probes: count, profile }: FreshnessOptions,
): Promise<{ probes: Probe[]; floors: number[] }> {
  const probes: Probe[] = []
  const floors: number[] = []
  for (let number = 0; number < count; number += 1) {
    const startedAt = performance.now()
    await shop.get('/health')
    floors.push(performance.now() - startedAt)
    probes.push(await probe(shop, `probe-${number}`, profile !== 'stack'))
    await sleep(PAUSE_MS)
  }
  return { probes, floors }
}

/** @param hasOnePosition whether events and answers tell their positions in the same sequence */
async function probe(shop: ServedShop, session: string, hasOnePosition: boolean): Promise<Probe> {
  const before = await shop.post<Answer>('/v1/recommendations', { session_id: session })
  const sku = before.items[0]?.sku
  if (sku === undefined || knows(before, sku)) throw wrong(`a session that did nothing has a history`)
  const click = {
    event_id: session,
    event: 'view_item',
    occurred_at: Date.now(),
    session_id: session,
    payload: { items: [{ item_id: sku }] },
  }
  const sentAt = performance.now()
  const { accepted, log_position } = await shop.post<Ingested>('/v1/events', click)
  const acceptedAt = performance.now()
  if (accepted !== 1) throw wrong(`the click of '${session}' was not accepted`)
  for (let answers = 1; performance.now() - acceptedAt < LIMIT_MS; answers += 1) {
    const after = await shop.post<Answer>('/v1/recommendations', { session_id: session, limit: 50 })
    const now = performance.now()
    if (!knows(after, sku)) continue
    if (hasOnePosition && after.log_position < log_position)
      throw wrong('an answer knew a click beyond its log position')
    return { sentMs: now - sentAt, acceptedMs: now - acceptedAt, answers }
  }
  throw wrong(`the click of '${session}' changed nothing within ${LIMIT_MS} ms`)
}

/** Whether the answer gives the shopper's own history as a reason for the product. */
const knows = ({ items }: Answer, sku: string): boolean =>
  items.some((item) => item.sku === sku && item.reasons?.some(({ driver }) => driver === 'history'))

const wrong = (message: string) =>
  new EndcapError('ENGINE_FAILED', message, { place: 'bench freshness', remedy: 'No figure was told.' })
