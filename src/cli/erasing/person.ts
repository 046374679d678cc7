import type { LoggedRecord } from '../../algebra/source.ts'
import type { Belongings } from '../../event-log/contract/erasing.ts'
import { belongingsOf, customerOf, type IdKind, reversedOrder } from './belongings.ts'
import { textOf } from './words.ts'

/** Reads the whole log from its start, each time that it is called. */
export type LogReader = () => AsyncIterable<readonly LoggedRecord[]>

/** Ids under which somebody is in the records of a shop. */
export type PersonIds = {
  readonly customer: string
  /** Visits in which they logged in, and nobody else. */
  readonly sessions: ReadonlySet<string>
  /** Orders that are theirs alone, returns of them included. */
  readonly orders: ReadonlySet<string>
  /** Visits and orders that another customer is in too: their part is erased, the id stays with the other's. */
  readonly shared: ReadonlySet<string>
}

/** One of a person's ids, said with what it names: a tombstone is of the pair. */
export type PersonId = { readonly kind: IdKind; readonly id: string }

type Found = { readonly sessions: Set<string>; readonly orders: Set<string> }

/** What is somebody's: everything under their customer id, the visits in which they logged in, their orders. */
export class Person {
  readonly ids: PersonIds
  readonly belongings: Belongings

  private constructor(ids: PersonIds) {
    const { customer, sessions, orders, shared } = ids
    this.ids = ids
    const words = new Set([customer, ...sessions, ...orders])
    const has: Readonly<Record<IdKind, (id: string) => boolean>> = {
      customer: (id) => id === customer,
      session: (id) => sessions.has(id) || shared.has(id),
      order: (id) => orders.has(id) || shared.has(id),
    }
    this.belongings = belongingsOf({ has: (kind, id) => has[kind](id), isWord: (word) => words.has(word) })
  }

  /** Looks for the visits and orders of a customer in the log, as often as a pass finds more. */
  static async find(customer: string, read: LogReader): Promise<Person> {
    const found: Found = { sessions: new Set(), orders: new Set() }
    for (let before = -1; before < found.sessions.size + found.orders.size; ) {
      before = found.sessions.size + found.orders.size
      for await (const records of read()) for (const record of records) note(customer, found, record)
    }
    const shared = new Set<string>()
    for await (const records of read()) {
      for (const record of records) for (const id of sharedIds(customer, found, record)) shared.add(id)
    }
    const { sessions, orders } = found
    return new Person({
      customer,
      sessions: new Set([...sessions].filter((id) => !shared.has(id))),
      orders: new Set([...orders].filter((id) => !shared.has(id))),
      shared,
    })
  }

  /** Those that nobody else has, for tombstones. */
  get own(): readonly PersonId[] {
    const { customer, sessions, orders } = this.ids
    return [
      { kind: 'customer', id: customer },
      ...Array.from(sessions, (id): PersonId => ({ kind: 'session', id })),
      ...Array.from(orders, (id): PersonId => ({ kind: 'order', id })),
    ]
  }
}

function note(customer: string, { sessions, orders }: Found, { topic, value }: LoggedRecord): void {
  const named = customerOf(value)
  if (topic === 'clickstream' && named === customer) sessions.add(textOf(value['session_id']))
  if (topic !== 'orders') return
  const order = textOf(value['order_id'])
  const belongs = orders.has(order) || orders.has(reversedOrder(value))
  if (named === customer || (named === null && belongs)) orders.add(order)
}

/** Those of the ids found that a record of another customer has too. */
function sharedIds(
  customer: string,
  { sessions, orders }: Found,
  { topic, value }: LoggedRecord,
): readonly string[] {
  const named = customerOf(value)
  if (named === null || named === customer) return []
  if (topic === 'clickstream') return [textOf(value['session_id'])].filter((id) => sessions.has(id))
  if (topic !== 'orders') return []
  return [textOf(value['order_id']), reversedOrder(value)].filter((id) => orders.has(id))
}
