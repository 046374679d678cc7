import { join } from 'node:path'
import { openShopState } from '../embedded-shop.ts'
import { type Machine, machine } from './machine.ts'
import { rounded, withFolder } from './measuring.ts'
import { ServedShop } from './served-shop.ts'
import { runVerb } from './verb-run.ts'

export type MemoryFigures = {
  readonly bench: 'memory'
  readonly data: string
  /** Log records after the import. */
  readonly events: number
  /** Peak of memory that no file backs (RssAnon), MB (2^20 bytes), by verb; null where the system does not tell. */
  readonly peak_anon_mb: Readonly<Record<Verb, number | null>>
  readonly seconds: Readonly<Record<Verb, number>>
  /** The same memory of `serve`: when it has opened the folder, and when it has answered. */
  readonly serve: {
    readonly ready_anon_mb: number | null
    readonly answered_anon_mb: number | null
    /** Recommendations for as many customers. */
    readonly answers: number
    readonly seconds_to_ready: number
  }
  readonly machine: Machine
}

/** Customers that are answered. */
const ANSWERS = 500

const VERBS = ['import', 'backfill', 'train'] as const
type Verb = (typeof VERBS)[number]

/** What each verb holds and takes on real data, each in a process of its own, watched from outside. */
export async function benchMemory(data: string, progress: (text: string) => void): Promise<MemoryFigures> {
  return withFolder(async (folder) => {
    const dataDir = join(folder, 'shop')
    const peaks: Record<Verb, number | null> = { import: null, backfill: null, train: null }
    const seconds: Record<Verb, number> = { import: 0, backfill: 0, train: 0 }
    let events = 0
    for (const verb of VERBS) {
      progress(`${verb} ...`)
      const source = verb === 'import' ? [data, '--consent', 'all'] : []
      const { answer, peakAnonMb } = await runVerb(verb, ...source, '--data-dir', dataDir)
      peaks[verb] = peakAnonMb
      seconds[verb] = Number(answer['seconds'])
      events = Number(answer['log_position'])
    }
    progress('serve ...')
    const serve = await served(dataDir)
    return { bench: 'memory', data, events, peak_anon_mb: peaks, seconds, serve, machine: machine() }
  })
}

async function served(dataDir: string): Promise<MemoryFigures['serve']> {
  const ids = await customerIds(dataDir)
  const startedAt = performance.now()
  await using shop = await ServedShop.start(dataDir)
  const seconds_to_ready = rounded((performance.now() - startedAt) / 1000)
  const ready_anon_mb = shop.anonMb
  for (const customer_id of ids) await shop.post('/v1/recommendations', { customer_id, limit: 10 })
  return { ready_anon_mb, answered_anon_mb: shop.anonMb, answers: ids.length, seconds_to_ready }
}

async function customerIds(dataDir: string): Promise<readonly string[]> {
  const state = await openShopState({ dataDir, readOnly: true })
  try {
    const customers = Iterator.from(state.entities('customers')).take(ANSWERS)
    return Array.from(customers, (customer) => String(customer['customer_id']))
  } finally {
    await state.close()
  }
}
