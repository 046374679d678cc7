import { Command, InvalidArgumentError, Option } from 'commander'
import { systemClock } from '../../core/clock.ts'
import { DEMO_SIZE, PLANTINGS, type ShopOptions } from '../../datagen/synthetic-shop/shop-options.ts'
import type { Outcomes } from '../generating/event-sink.ts'
import { openTarget, type Target, targetOf } from '../generating/target.ts'
import { type GenerateCounts, tellShop } from '../generating/tell-shop.ts'
import { counted, runSteps, secondsSince } from '../progress.ts'

/** So that a shop that is generated twice is the same shop: not the day of the call. */
const DEFAULT_END = Date.parse('2026-01-01')
/** A server refuses what is more than a week old. */
const HTTP_DAYS = 6
const DEFAULT_PARTITIONS = 3

const EXAMPLES = `
Examples:
  endcap generate --to shop-events
  endcap generate --products 2000 --customers 15000 --days 400 --seed 7 --to shop-events
  endcap generate --plant none --to nothing-to-find
  endcap generate --customers 500 --to http://127.0.0.1:8080 --truth shop-truth
  endcap generate --to kafka://127.0.0.1:19092/shop. --partitions 6

A server takes no orders or clicks of more than a week ago: to http the default is the last ${HTTP_DAYS} days, up to now.
History goes in by a folder and 'endcap import'.`

type GenerateOptions = Partial<Omit<ShopOptions, 'endAt'>> & {
  readonly end?: number
  readonly to: string
  readonly truth?: string
  readonly apiKey?: string
  readonly partitions: number
  readonly json?: boolean
}

export function generateCommand(): Command {
  return new Command('generate')
    .description('write the events of a synthetic shop with a known truth: to a folder, a server or Kafka')
    .addOption(sizeOption('products', `skus in the shop (default: ${DEMO_SIZE.products})`))
    .addOption(sizeOption('customers', `people with an account (default: ${DEMO_SIZE.customers})`))
    .addOption(sizeOption('days', `length of the history (default: ${DEMO_SIZE.days}; to http ${HTTP_DAYS})`))
    .addOption(sizeOption('seed', `same seed and sizes, same bytes (default: ${DEMO_SIZE.seed})`))
    .option(
      '--end <date>',
      'instant before which all happens, ISO 8601, UTC (default: 2026-01-01; to http now)',
      parseInstant,
    )
    .option(
      '--visits <x>',
      'how many times as often as usual people come, in (0, 1] (default: 1)',
      parseShare,
    )
    .addOption(
      new Option('--plant <what>', 'none: a shop with nothing to find')
        .choices([...PLANTINGS])
        .default('all'),
    )
    .requiredOption('--to <target>', 'folder, http://host:port, or kafka://host:port[,host:port]/PREFIX')
    .option('--truth <dir>', 'folder for truth.json and the pictures (default: the folder of --to)')
    .addOption(new Option('--api-key <key>', 'key with the scope ingest').env('ENDCAP_API_KEY'))
    .option('--partitions <n>', 'of Kafka topics that are not there yet', parseWhole, DEFAULT_PARTITIONS)
    .option('--json', 'one JSON object on stdout')
    .addHelpText('after', EXAMPLES)
    .action(generate)
}

const sizeOption = (name: keyof typeof DEMO_SIZE, description: string) =>
  new Option(`--${name} <n>`, description).argParser(parseWhole)

function parseWhole(text: string): number {
  if (/^[0-9]{1,15}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('not a whole number.')
}

function parseShare(text: string): number {
  const share = Number(text)
  if (share > 0 && share <= 1) return share
  throw new InvalidArgumentError('not a number in (0, 1].')
}

function parseInstant(text: string): number {
  const instant = Date.parse(text)
  if (!Number.isNaN(instant)) return instant
  throw new InvalidArgumentError('not a date such as 2026-01-01 or 2026-01-01T12:00:00Z.')
}

async function generate(options: GenerateOptions): Promise<void> {
  const startedAt = performance.now()
  const target = targetOf(options.to)
  const told = {
    shop: shopOf(options, target),
    openSink: () => openTarget(target, options),
    truthTo: options.truth ?? (target.kind === 'folder' ? target.folder : null),
  }
  const results: Awaited<ReturnType<typeof tellShop>>[] = []
  await runSteps([
    {
      title: 'making a shop',
      run: async (report) => {
        const result = await tellShop({ ...told, report })
        results.push(result)
        return summaryOf(result.counts, result.outcomes)
      },
    },
  ])
  const [result] = results
  if (result === undefined || options.json !== true) return
  process.stdout.write(`${JSON.stringify(figuresOf(options.to, result, secondsSince(startedAt)))}\n`)
}

function shopOf(options: GenerateOptions, target: Target): ShopOptions {
  const { products, customers, days, seed, end, plant, visits } = options
  const isLive = target.kind === 'http'
  return {
    products: products ?? DEMO_SIZE.products,
    customers: customers ?? DEMO_SIZE.customers,
    days: days ?? (isLive ? HTTP_DAYS : DEMO_SIZE.days),
    seed: seed ?? DEMO_SIZE.seed,
    endAt: end ?? (isLive ? systemClock() : DEFAULT_END),
    ...(plant === undefined ? {} : { plant }),
    ...(visits === undefined ? {} : { visits }),
  }
}

const sumOf = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0)

function summaryOf({ topics }: GenerateCounts, outcomes: Outcomes | null): string {
  const parts = Object.entries(topics).map(([topic, count]) => `${counted(count)} ${topic}`)
  const events = `${counted(sumOf(topics))} events (${parts.join(', ')})`
  if (outcomes === null) return events
  const { accepted, duplicates, refused, refusals } = outcomes
  const reasons = Object.entries(refusals).map(([reason, count]) => `${counted(count)} ${reason}`)
  const why = reasons.length === 0 ? '' : ` (${reasons.join(', ')})`
  return `${events}: ${counted(accepted)} accepted, ${counted(duplicates)} duplicates, ${counted(refused)} refused${why}`
}

function figuresOf(
  to: string,
  { counts, outcomes }: { readonly counts: GenerateCounts; readonly outcomes: Outcomes | null },
  seconds: number,
): object {
  const { topics, planted } = counts
  const { user, system } = process.cpuUsage()
  return {
    to,
    events: sumOf(topics),
    topics,
    planted,
    ...(outcomes ?? {}),
    seconds,
    /** Of the whole process, all its threads. */
    cpu_seconds: Math.round((user + system) / 1000) / 1000,
  }
}
