import { Command, InvalidArgumentError, Option } from 'commander'
import { DEMO_SIZE, type ShopOptions } from '../../datagen/synthetic-shop/shop-options.ts'
import { writeShop } from '../generating/tell-shop.ts'

/** So that a shop that is generated twice is the same shop: not the day of the call. */
const DEFAULT_END = '2026-01-01'
type GenerateOptions = Omit<ShopOptions, 'endAt'> & {
  readonly end: number
  readonly to: string
  readonly json?: boolean
}

export function generateCommand(): Command {
  return new Command('generate')
    .description('write the events of a synthetic shop, one NDJSON file per topic, and truth.json')
    .addOption(sizeOption('products', 'products in the shop'))
    .addOption(sizeOption('customers', 'people with an account'))
    .addOption(sizeOption('days', 'length of the history'))
    .addOption(sizeOption('seed', 'same seed and sizes, same bytes'))
    .option(
      '--end <date>',
      'instant before which all happens, ISO 8601, UTC',
      parseInstant,
      Date.parse(DEFAULT_END),
    )
    .requiredOption('--to <dir>', 'folder to write to; files of an earlier run are replaced')
    .option('--json', 'one JSON object on stdout')
    .action(generate)
}

const sizeOption = (name: keyof typeof DEMO_SIZE, description: string) =>
  new Option(`--${name} <n>`, description).argParser(parseWhole).default(DEMO_SIZE[name])

function parseWhole(text: string): number {
  if (/^[0-9]{1,15}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('not a whole number.')
}

function parseInstant(text: string): number {
  const instant = Date.parse(text)
  if (!Number.isNaN(instant)) return instant
  throw new InvalidArgumentError('not a date such as 2026-01-01 or 2026-01-01T12:00:00Z.')
}

async function generate({ end, to, json, ...sizes }: GenerateOptions): Promise<void> {
  const startedAt = performance.now()
  const { topics, planted } = await writeShop({ ...sizes, endAt: end }, to)
  const seconds = Number(((performance.now() - startedAt) / 1000).toFixed(3))
  const events = Object.values(topics).reduce((sum, count) => sum + count, 0)
  if (json === true) {
    process.stdout.write(`${JSON.stringify({ to, events, topics, planted, seconds })}\n`)
    return
  }
  const parts = Object.entries(topics).map(([topic, count]) => `${count} ${topic}`)
  process.stdout.write(`${events} events (${parts.join(', ')}) in ${seconds} s to ${to}\n`)
}
