import { createReadStream, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { EndcapError } from '../../core/errors.ts'
import { writeShop } from '../generating/tell-shop.ts'
import { runVerbAloud } from './verb-run.ts'

export type BenchShopOptions = {
  readonly products: number
  readonly shoppers: number
  /** Length of their history: beyond 379 seasons are known, beyond 56 trees can be learnt. */
  readonly days: number
  /** How many times as often as usual people come, in (0, 1]. */
  readonly visits: number
}

/** A generated shop with its statistics and a trained model, and who and what is in it. */
export type BenchShop = {
  readonly dataDir: string
  /** Records that were accepted. */
  readonly events: number
  /** Ids of those who agree to personalisation. */
  readonly customers: readonly string[]
  readonly skus: readonly string[]
}

const SEED = 1
/** Written last: a folder without it was not finished. */
const DONE = 'bench-shop.json'

/**
 * Makes a shop in a folder: generated, imported, computed and trained, trees too. One that is there is used again.
 * @throws EndcapError USAGE if the folder holds anything else, ENGINE_FAILED if a verb fails
 */
export async function benchShop(
  options: BenchShopOptions,
  folder: string,
  progress: (text: string) => void,
): Promise<BenchShop> {
  const [written, dataDir] = [join(folder, 'events'), join(folder, 'shop')]
  const sizes = sizesOf(options)
  const events = knownEvents(folder, sizes) ?? (await make(options, { folder, written, dataDir, progress }))
  return {
    dataDir,
    events,
    customers: await idsOf(join(written, 'customers.ndjson'), 'customer_id'),
    skus: await idsOf(join(written, 'products.ndjson'), 'sku'),
  }
}

const sizesOf = ({ products, shoppers, days, visits }: BenchShopOptions): BenchShopOptions => ({
  products,
  shoppers,
  days,
  visits,
})

/** Records of the shop that is there; null in an empty folder. */
function knownEvents(folder: string, sizes: BenchShopOptions): number | null {
  if (!existsSync(folder) || readdirSync(folder).length === 0) return null
  const done = join(folder, DONE)
  const { events, ...found }: Partial<BenchShopOptions> & { readonly events?: number } = existsSync(done)
    ? JSON.parse(readFileSync(done, 'utf8'))
    : {}
  if (events !== undefined && JSON.stringify(found) === JSON.stringify(sizes)) return events
  throw new EndcapError(
    'USAGE',
    `'${folder}' holds something else than the shop of ${JSON.stringify(sizes)}`,
    {
      remedy: 'Name an empty folder, or remove this one.',
    },
  )
}

type Making = {
  readonly folder: string
  readonly written: string
  readonly dataDir: string
  readonly progress: (text: string) => void
}

/** @returns how many records were accepted */
async function make(
  options: BenchShopOptions,
  { folder, written, dataDir, progress }: Making,
): Promise<number> {
  const { products, shoppers, days, visits } = options
  mkdirSync(folder, { recursive: true })
  progress(`making a shop of ${products} products, ${shoppers} shoppers and ${days} days ...`)
  await writeShop(
    { products, customers: shoppers, days, visits, seed: SEED, endAt: Date.now() },
    written,
    progress,
  )
  const run = async (...args: readonly string[]) => {
    progress(`endcap ${args.join(' ')}`)
    return (await runVerbAloud([...args, '--data-dir', dataDir], progress)).answer
  }
  const { accepted } = await run('import', written, '--consent', 'all')
  await run('backfill')
  await run('train', '--ranker', 'trees')
  writeFileSync(join(folder, DONE), JSON.stringify({ ...sizesOf(options), events: Number(accepted) }))
  return Number(accepted)
}

type Line = Readonly<Record<string, unknown>> & { readonly consent?: { readonly personalisation?: boolean } }

/** Distinct ids in the order of their lines; of customers those who agree to personalisation in the last one. */
async function idsOf(file: string, field: string): Promise<readonly string[]> {
  const ids = new Set<string>()
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const value: Line = JSON.parse(line)
    if (value.consent?.personalisation === false) ids.delete(String(value[field]))
    else ids.add(String(value[field]))
  }
  return [...ids]
}
