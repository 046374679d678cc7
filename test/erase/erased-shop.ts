import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RecordValue } from '../../src/algebra/source.ts'
import { catalog } from '../../src/catalog/catalog.ts'
import { importData } from '../../src/cli/importing/import-data.ts'
import { backfill } from '../../src/cli/training/backfill.ts'
import { train } from '../../src/cli/training/train.ts'
import { fixedClock } from '../../src/core/clock.ts'
import { silentLogger } from '../../src/core/logger.ts'
import { syntheticShop } from '../../src/datagen/synthetic-shop/synthetic-shop.ts'
import { memoryLog } from '../../src/event-log/memory/memory-log.ts'
import { DuckDbSession } from '../../src/features/lake/duckdb/duckdb-session.ts'
import { memoryStateStore } from '../../src/features/online/memory-state-store.ts'
import { openOnlineState } from '../../src/features/online/online-state.ts'
import { startWriter } from '../../src/features/stream/inprocess/writer.ts'

export const END = Date.UTC(2026, 0, 1)
export const clock = fixedClock(END)

export type ShopEvent = { readonly topic: string; readonly value: RecordValue }

/**
 * Ids of fixed length, so that none is part of another. In every visit the first click comes before the login,
 * and one order in seven is returned by somebody who is not logged in.
 */
export const events: readonly ShopEvent[] = withGuests(
  [...syntheticShop({ products: 60, customers: 60, days: 40, seed: 7, endAt: END }).events()].map(
    ({ topic, value }) => ({ topic, value: { ...value } }),
  ),
)

function withGuests(all: readonly ShopEvent[]): readonly ShopEvent[] {
  const seen = new Set<unknown>()
  const clicks = all.map(({ topic, value }) => {
    if (topic !== 'clickstream' || seen.has(value['session_id'])) return { topic, value }
    seen.add(value['session_id'])
    const { customer_id: _customer, ...anonymous } = value
    return { topic, value: anonymous }
  })
  const returns = all
    .filter(({ topic, value }) => topic === 'orders' && Number(value['quantity']) > 0)
    .filter((_, index) => index % 7 === 0)
    .map(({ topic, value: { customer_id: _customer, ...line } }, index) => ({
      topic,
      value: {
        ...line,
        order_id: `r-${String(index).padStart(6, '0')}`,
        quantity: -1,
        reverses: `${line['order_id']}:${line['line_no']}`,
      },
    }))
  return [...clicks, ...returns]
}

/** A customer's ids, worked out anew: what no file may hold once they are erased. */
export function idsOf(customer: string): { readonly sessions: Set<string>; readonly orders: Set<string> } {
  const theirs = events.filter(({ value }) => value['customer_id'] === customer)
  const ids = (topic: string, field: string, some: readonly ShopEvent[]) =>
    some.filter((event) => event.topic === topic).map(({ value }) => String(value[field]))
  const bought = new Set(ids('orders', 'order_id', theirs))
  const returned = events.filter(({ value }) =>
    bought.has(String(value['reverses'] ?? '').split(':')[0] ?? ''),
  )
  return {
    sessions: new Set(ids('clickstream', 'session_id', theirs)),
    orders: new Set([...bought, ...ids('orders', 'order_id', returned)]),
  }
}

/** Their events, and those of a shop that they never were in. */
export function parted(customer: string): {
  readonly theirs: readonly ShopEvent[]
  readonly others: readonly ShopEvent[]
} {
  const { sessions, orders } = idsOf(customer)
  const isTheirs = ({ value }: ShopEvent) =>
    value['customer_id'] === customer ||
    sessions.has(String(value['session_id'])) ||
    orders.has(String(value['order_id']))
  return { theirs: events.filter(isTheirs), others: events.filter((event) => !isTheirs(event)) }
}

/** The customer with most events of those who agreed to training, so that the model has learnt from them. */
export function heaviestLearntFrom(): string {
  const counts = new Map<string, number>()
  const agreed = new Set(
    events
      .filter(({ topic, value }) => topic === 'customers' && consents(value))
      .map(({ value }) => String(value['customer_id'])),
  )
  for (const { value } of events) {
    const id = String(value['customer_id'])
    if (agreed.has(id)) counts.set(id, (counts.get(id) ?? 0) + 1)
  }
  return [...counts].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? ''
}

const consents = ({ consent }: RecordValue): boolean =>
  consent !== null && typeof consent === 'object' && 'training' in consent && consent['training'] === true

export async function makeShop(dataDir: string, all: readonly ShopEvent[]): Promise<void> {
  const imported = all.map((event) => ({ kind: 'event' as const, ...event }))
  await importData({ dataDir, imported, logger: silentLogger, clock })
  await backfill(dataDir)
  await train({ dataDir, clock })
}

/** Hash of the state that has streamed these events, and nothing else, ever. */
export async function streamedHash(all: readonly ShopEvent[]): Promise<string> {
  const log = memoryLog(catalog.sources)
  const state = await openOnlineState({ catalog, store: memoryStateStore() })
  const writer = await startWriter({ catalog, log, state, clock, logger: silentLogger })
  for (let from = 0; from < all.length; from += 5000) await writer.appendHistory(all.slice(from, from + 5000))
  const hash = state.hash()
  await writer.close()
  return hash
}

/** Places where one of the words is found: in the bytes of any file, or in the values of any Parquet file. */
export async function findWords(dataDir: string, words: readonly string[]): Promise<readonly string[]> {
  const found: string[] = []
  using session = await DuckDbSession.open()
  for (const name of globSync('**/*', { cwd: dataDir, withFileTypes: true })) {
    if (!name.isFile()) continue
    const path = join(name.parentPath, name.name)
    const contents = [readFileSync(path)]
    if (path.endsWith('.parquet')) {
      const rows = await session.rows(`SELECT to_json(t)::VARCHAR AS line FROM read_parquet('${path}') AS t`)
      contents.push(Buffer.from(rows.map(({ line }) => String(line)).join('\n')))
    }
    for (const word of words) {
      for (const form of [word, [...word].join('\0')]) {
        if (contents.some((content) => content.includes(form))) found.push(`${path}: ${word}`)
      }
    }
  }
  return found
}
