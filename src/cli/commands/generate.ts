import { once } from 'node:events'
import { createWriteStream, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import { EndcapError } from '../../core/errors.ts'
import type { GeneratedEvent } from '../../datagen/synthetic-shop/generated-event.ts'
import { checkShopOptions, DEMO_SIZE, type ShopOptions } from '../../datagen/synthetic-shop/shop-options.ts'
import { syntheticShop } from '../../datagen/synthetic-shop/synthetic-shop.ts'

const TOPICS = ['products', 'customers', 'orders', 'clickstream'] as const satisfies GeneratedEvent['topic'][]

/** So that a shop that is generated twice is the same shop: not the day of the call. */
const DEFAULT_END = '2026-01-01'
/** Characters gathered before they are written. */
const BLOCK_CHARACTERS = 1 << 20

type GenerateOptions = Omit<ShopOptions, 'endAt'> & {
  readonly end: number
  readonly to: string
  readonly json?: boolean
}

/** Events written, by topic; and of them those planted to be coped with, by kind. */
export type GenerateCounts = {
  readonly topics: Readonly<Record<string, number>>
  readonly planted: Readonly<Record<string, number>>
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

/**
 * Writes `<topic>.ndjson` for each topic, in log order, and `truth.json` with what was planted and counted.
 * @throws EndcapError USAGE for sizes outside their limits, DATA_FOLDER if the folder cannot be written
 */
export async function writeShop(options: ShopOptions, to: string): Promise<GenerateCounts> {
  checkShopOptions(options)
  try {
    mkdirSync(to, { recursive: true })
    const { topics, planted } = await writeTopics(options, to)
    const truth = { ...syntheticShop(options).truth, counts: { topics, planted } }
    writeFileSync(join(to, 'truth.json'), `${JSON.stringify(truth, null, 1)}\n`)
    return { topics, planted }
  } catch (cause) {
    if (cause instanceof EndcapError || !(cause instanceof Error && 'syscall' in cause)) throw cause
    throw new EndcapError('DATA_FOLDER', `cannot write to '${to}': ${cause.message}`, { cause })
  }
}

async function writeTopics(options: ShopOptions, to: string): Promise<GenerateCounts> {
  const files = new Map(TOPICS.map((topic) => [topic, new LineFile(join(to, `${topic}.ndjson`))]))
  const planted: Record<string, number> = {}
  for (const { topic, value, planted: kind } of syntheticShop(options).events()) {
    await files.get(topic)?.write(JSON.stringify(value))
    if (kind !== undefined) planted[kind] = (planted[kind] ?? 0) + 1
  }
  const topics: Record<string, number> = {}
  for (const [topic, file] of files) topics[topic] = await file.finish()
  return { topics, planted }
}

/** A file of lines that appears under its name only when it is whole. */
class LineFile {
  readonly #path: string
  readonly #stream: ReturnType<typeof createWriteStream>
  #block = ''
  #lines = 0

  constructor(path: string) {
    this.#path = path
    this.#stream = createWriteStream(`${path}.part`)
  }

  async write(line: string): Promise<void> {
    this.#block += `${line}\n`
    this.#lines += 1
    if (this.#block.length < BLOCK_CHARACTERS) return
    const block = this.#block
    this.#block = ''
    if (!this.#stream.write(block)) await once(this.#stream, 'drain')
  }

  /** @returns how many lines were written */
  async finish(): Promise<number> {
    this.#stream.end(this.#block)
    await once(this.#stream, 'finish')
    renameSync(`${this.#path}.part`, this.#path)
    return this.#lines
  }
}
