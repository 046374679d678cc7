import { EndcapError } from '../../core/errors.ts'
import { OfferTally } from '../../datagen/synthetic-shop/offer-tally.ts'
import type { ShopOptions } from '../../datagen/synthetic-shop/shop-options.ts'
import { syntheticShop } from '../../datagen/synthetic-shop/synthetic-shop.ts'
import { counted, type Report } from '../progress.ts'
import type { EventSink, Outcomes } from './event-sink.ts'
import { folderSink } from './folder-sink.ts'
import { TruthFolder } from './truth-folder.ts'

/** Events told, by topic; of them those planted to be coped with, by kind; and the visits of bots. */
export type GenerateCounts = {
  readonly topics: Readonly<Record<string, number>>
  readonly planted: Readonly<Record<string, number>>
  readonly bot_sessions: readonly string[]
}

export type TellOptions = {
  readonly shop: ShopOptions
  readonly openSink: () => EventSink | Promise<EventSink>
  /** Where the truth goes; null: nowhere. */
  readonly truthTo: string | null
  readonly report?: Report
}

const REPORT_EVENTS = 10_000

/**
 * Writes a shop to a folder: `<topic>.ndjson` for each topic, in log order, the truth and the pictures.
 * @throws EndcapError USAGE for sizes outside their limits, DATA_FOLDER if the folder cannot be written
 */
export async function writeShop(shop: ShopOptions, to: string, report?: Report): Promise<GenerateCounts> {
  const openSink = () => folderSink(to)
  const { counts } = await tellShop({
    shop,
    openSink,
    truthTo: to,
    ...(report === undefined ? {} : { report }),
  })
  return counts
}

/** Tells the story of a shop to a sink, and its truth to a folder. @throws EndcapError USAGE, DATA_FOLDER, what the sink throws */
export async function tellShop(
  options: TellOptions,
): Promise<{ readonly counts: GenerateCounts; readonly outcomes: Outcomes | null }> {
  const shop = syntheticShop(options.shop)
  try {
    const truth = options.truthTo === null ? null : new TruthFolder(options.truthTo, shop)
    const sink = await options.openSink()
    try {
      const { counts, tally } = await tell(shop.events(), sink, truth, options.report)
      const outcomes = await sink.finish()
      truth?.finish({ ...counts, offerResults: tally.results() })
      return { counts, outcomes }
    } finally {
      await sink.close()
    }
  } catch (cause) {
    if (cause instanceof EndcapError || !(cause instanceof Error && 'syscall' in cause)) throw cause
    throw new EndcapError('DATA_FOLDER', `cannot write to '${options.truthTo}': ${cause.message}`, { cause })
  }
}

async function tell(
  events: ReturnType<ReturnType<typeof syntheticShop>['events']>,
  sink: EventSink,
  truth: TruthFolder | null,
  report: Report | undefined,
) {
  const tally = new OfferTally()
  const topics: Record<string, number> = {}
  const planted: Record<string, number> = {}
  const bots = new Set<string>()
  let told = 0
  for (const event of events) {
    const waiting = sink.write(event)
    if (waiting !== undefined) await waiting
    topics[event.topic] = (topics[event.topic] ?? 0) + 1
    if (event.planted !== undefined) planted[event.planted] = (planted[event.planted] ?? 0) + 1
    if (event.planted === 'bot' && event.topic === 'clickstream') bots.add(event.value.session_id)
    if (event.exposure !== undefined) {
      tally.count(event.exposure)
      truth?.expose(event.exposure)
    }
    told += 1
    if (told % REPORT_EVENTS === 0) report?.(`${counted(told)} events`)
  }
  return { counts: { topics, planted, bot_sessions: [...bots] }, tally }
}
