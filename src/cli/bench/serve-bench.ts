import { seededRandom } from '../../core/random.ts'
import { type BenchShopOptions, benchShop } from './bench-shop.ts'
import { BenchChild, canPin } from './child.ts'
import { type Machine, machine } from './machine.ts'
import { rounded, withFolder } from './measuring.ts'
import { checkAnswers, type ServeCheck } from './serve-check.ts'
import type { ServeClientMessage, ServeClientResult, ServeClientTask } from './serve-client.ts'
import { fixedRecommendation } from './serve-floor.ts'
import type { ServeServerMessage, ServeServerReport, ServeServerTask } from './serve-server.ts'

export type ServeOptions = BenchShopOptions & {
  /** Where the shop is kept, and taken from if it is there; absent: it is made and removed. */
  readonly keep?: string
  /** Requests of each measurement. */
  readonly requests: number
  /** Requests a second at which the times of answers are measured. */
  readonly rate: number
}

export type ServeFigures = {
  readonly bench: 'serve'
  /** Times of answers at `rate` requests a second, each counted from when it was due. */
  readonly p50_ms: number
  readonly p99_ms: number
  readonly rate: number
  /** Requests for each second of the server's CPU, while it is asked as fast as it answers. */
  readonly rps_per_core: number
  /** The same of a server that gives one fixed answer of the same size. */
  readonly floor_rps_per_core: number
  /** `rps_per_core` over the floor's. */
  readonly floor_ratio: number
  readonly floor_p50_ms: number
  readonly floor_p99_ms: number
  /** 1: the server was held to one core, the client to another; null: there is no `taskset`, or one core. */
  readonly server_cores: 1 | null
  readonly products: number
  readonly shoppers: number
  readonly events: number
  readonly requests: number
  readonly answer_bytes: number
  /** From the start of the server until it listens. */
  readonly start_s: number
  readonly peak_mb: number
  readonly answer_check: ServeCheck
  readonly machine: Machine
}

const SEED = 1
const LIMIT = 12
const QUESTIONS = 5000
const CHECKED = 200
const CONNECTIONS = 4
const WARM_UP = 500
const PAGES = ['home', 'home', 'product', 'cart'] as const

/**
 * Serves a generated shop with a trained model and asks for recommendations for shoppers drawn evenly, half of them
 * on the home page. Answers are checked first; then a server that only answers, and the shop, are measured in one run.
 *
 * @throws EndcapError ENGINE_FAILED if an answer was wrong
 */
export async function benchServe(
  options: ServeOptions,
  progress: (text: string) => void,
): Promise<ServeFigures> {
  return withFolder(async (folder) => {
    const { dataDir, events, customers, skus } = await benchShop(options, options.keep ?? folder, progress)
    const bodies = questions(customers, skus)
    return { ...(await benchServing(dataDir, bodies, options, progress)), events }
  })
}

/** The same of a shop that is there. @param bodies questions about it */
export async function benchServing(
  dataDir: string,
  bodies: readonly string[],
  options: ServeOptions,
  progress: (text: string) => void,
): Promise<Omit<ServeFigures, 'events'>> {
  progress('starting the server ...')
  using server = new BenchChild<ServeServerMessage>('serve-server', [dataDir], 0)
  const { url, startedMs } = await server.hear('listening')
  const asked = `${url}/v1/recommendations`
  progress(`checking ${CHECKED} answers ...`)
  const { check, sample } = await checkAnswers(asked, bodies.slice(0, CHECKED), LIMIT)
  using floor = new BenchChild<ServeServerMessage>('serve-server', [], 0)
  await floor.hear('report')
  floor.tell({ kind: 'floor', recommendation: fixedRecommendation(sample) } satisfies ServeServerTask)
  const floorUrl = `${(await floor.hear('listening')).url}/v1/recommendations`
  progress(`${options.requests} requests at once and at ${options.rate} a second, of both ...`)
  using client = new BenchChild<ServeClientMessage>('serve-client', [], 1)
  const least = await measure({ server: floor, client, url: floorUrl, bodies }, options)
  const shop = await measure({ server, client, url: asked, bodies }, options)
  for (const child of [server, floor]) {
    child.tell({ kind: 'close' } satisfies ServeServerTask)
    await child.ended()
  }
  return { ...figuresOf(options, shop, least), start_s: rounded(startedMs / 1000), answer_check: check }
}

function figuresOf(
  { products, shoppers, requests, rate }: ServeOptions,
  shop: Measured,
  floor: Measured,
): Omit<ServeFigures, 'events' | 'start_s' | 'answer_check'> {
  return {
    bench: 'serve',
    p50_ms: rounded(shop.atRate.p50Ms),
    p99_ms: rounded(shop.atRate.p99Ms),
    rate,
    rps_per_core: Math.round(shop.rpsPerCore),
    floor_rps_per_core: Math.round(floor.rpsPerCore),
    floor_ratio: rounded(shop.rpsPerCore / floor.rpsPerCore),
    floor_p50_ms: rounded(floor.atRate.p50Ms),
    floor_p99_ms: rounded(floor.atRate.p99Ms),
    server_cores: canPin() ? 1 : null,
    products,
    shoppers,
    requests,
    answer_bytes: Math.round(shop.atRate.answerBytes),
    peak_mb: Math.round(shop.peakMb),
    machine: machine(),
  }
}

export function questions(customers: readonly string[], skus: readonly string[]): readonly string[] {
  const random = seededRandom(SEED)
  return Array.from({ length: QUESTIONS }, () => {
    const page = random.pick(PAGES)
    const context = {
      page,
      ...(page === 'product' ? { sku: random.pick(skus) } : {}),
      ...(page === 'cart' ? { cart: [random.pick(skus), random.pick(skus)] } : {}),
    }
    return JSON.stringify({ customer_id: random.pick(customers), context, limit: LIMIT })
  })
}

type Asked = {
  readonly server: BenchChild<ServeServerMessage>
  readonly client: BenchChild<ServeClientMessage>
  readonly url: string
  readonly bodies: readonly string[]
}
type Measured = {
  readonly rpsPerCore: number
  readonly atRate: ServeClientResult
  readonly peakMb: number
}

async function measure({ server, client, url, bodies }: Asked, options: ServeOptions): Promise<Measured> {
  const ask = async (count: number, rate: number | null): Promise<ServeClientResult> => {
    client.tell({ kind: 'ask', url, bodies, count, connections: CONNECTIONS, rate } satisfies ServeClientTask)
    return (await client.hear('done')).result
  }
  const report = async (): Promise<ServeServerReport> => {
    server.tell({ kind: 'report' } satisfies ServeServerTask)
    return (await server.hear('report')).report
  }
  await ask(WARM_UP, null)
  const before = await report()
  await ask(options.requests, null)
  const after = await report()
  const rpsPerCore = (options.requests / (after.cpuMs - before.cpuMs)) * 1000
  return { rpsPerCore, atRate: await ask(options.requests, options.rate), peakMb: after.peakMb }
}
