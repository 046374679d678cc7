import type { LoggedRecord, RecordValue, Source } from '../algebra/source.ts'
import { CLICK_EVENTS, clickstream } from '../catalog/events/clickstream.ts'
import { customers } from '../catalog/events/customers.ts'
import { orders } from '../catalog/events/orders.ts'
import { CLICK_ACTIONS } from '../catalog/streams/interactions.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../core/duration.ts'
import { hash64 } from '../core/hash.ts'
import { type Random, seededRandom } from '../core/random.ts'
import {
  BAD_CLICKS,
  BAD_CUSTOMERS,
  BAD_ITEMS,
  BAD_ORDERS,
  BIRTH_YEARS,
  EXTREME_AMOUNTS,
  GENDER_TEXTS,
  HOSTILE_TEXT,
  LATE_MS,
  LOG_DELAYS,
} from './hostile-values.ts'

export type HostileOptions = {
  /** The same seed and options give the same records. */
  readonly seed: string | number
  /** Records in all, duplicates and refused ones included. */
  readonly events: number
  readonly shoppers?: number
  readonly products?: number
  readonly days?: number
  /** Of each topic. */
  readonly partitions?: number
}

/** First instant of the events: 2026-01-05T00:00:00Z. */
export const HOSTILE_START_MS = Date.UTC(2026, 0, 5)

/**
 * A shop's orders, clicks and versions of customers with all that goes wrong: duplicates in both orders of time, changed duplicates,
 * late and future events and those just inside the horizon, arrival out of order, returns, guests, empty and
 * absent lists, values at and beyond the ends of their ranges, bad ids, unknown words, hostile text, and one
 * shopper with more history than any limit keeps. Volume and skew are those of a shop.
 *
 * @returns in the order of arrival; offsets count from 0 in each partition
 */
export function hostileEvents(options: HostileOptions): LoggedRecord[] {
  const maker = new HostileShop(options)
  const drafts: Draft[] = []
  while (drafts.length < options.events) drafts.push(...maker.next())
  drafts.length = options.events
  return logged(drafts, options.partitions ?? 1)
}

type Draft = {
  readonly source: Source
  readonly value: RecordValue
  readonly loggedAt: number
  /** Place in the order of arrival, in milliseconds; not always in step with `loggedAt`. */
  readonly arrival: number
}

function logged(drafts: readonly Draft[], partitions: number): LoggedRecord[] {
  const next = new Map<string, number>()
  return drafts
    .toSorted((a, b) => a.arrival - b.arrival)
    .map(({ source, value, loggedAt }) => {
      const partition = Number(hash64(String(value[source.partitionBy])) % BigInt(partitions))
      const place = `${source.name}/${partition}`
      const offset = next.get(place) ?? 0
      next.set(place, offset + 1)
      return { topic: source.name, partition, offset, loggedAt, value }
    })
}

const WRONG: ReadonlyMap<Source, readonly RecordValue[]> = new Map([
  [orders, BAD_ORDERS],
  [customers, BAD_CUSTOMERS],
  [clickstream, BAD_CLICKS],
])

class HostileShop {
  private readonly random: Random
  private readonly options: Required<Omit<HostileOptions, 'seed'>>
  private count = 0

  constructor({ seed, ...options }: HostileOptions) {
    this.random = seededRandom(seed)
    const { events } = options
    this.options = {
      shoppers: Math.max(3, Math.min(4000, Math.ceil(events / 25))),
      products: Math.max(4, Math.min(3000, Math.ceil(events / 30))),
      days: 40,
      partitions: 1,
      ...options,
    }
  }

  /** One event, or an event and its duplicates. */
  next(): Draft[] {
    this.count += 1
    const dice = this.random.next()
    const draft = dice < 0.33 ? this.order() : dice < 0.4 ? this.customer() : this.click()
    const damaged = this.random.next() < 0.04 ? this.damaged(draft) : draft
    return this.random.next() < 0.05 ? [damaged, ...this.duplicates(damaged)] : [damaged]
  }

  private order(): Draft {
    const { random } = this
    const at = this.instant()
    const guest = random.next() < 0.1
    return this.arriving(orders, at, {
      order_id: `o${Math.floor(this.count / 3)}`,
      line_no: this.count % 3,
      ...(guest ? this.absent('customer_id') : { customer_id: this.shopper() }),
      sku: this.sku(),
      ...this.amounts(),
      currency: random.next() < 0.05 ? random.pick(HOSTILE_TEXT) : 'GBP',
      ...(random.next() < 0.1 ? { offer_id: 'spring-sale' } : {}),
      ordered_at: at,
    })
  }

  private amounts(): RecordValue {
    const { random } = this
    const dice = random.next()
    if (dice < 0.02) return random.pick(EXTREME_AMOUNTS)
    const price = 50 + random.below(20_000)
    const quantity = dice < 0.1 ? -(1 + random.below(3)) : dice < 0.12 ? 0 : 1 + random.below(12)
    return {
      quantity,
      price_cents: price,
      price_discount_cents: random.next() < 0.3 ? random.below(price) : 0,
    }
  }

  private click(): Draft {
    const { random } = this
    const at = this.instant()
    const shopper = this.shopper()
    const known = random.next() < 0.6
    return this.arriving(clickstream, at, {
      event_id: `e${this.count}`,
      event: random.next() < 0.8 ? random.pick(Object.keys(CLICK_ACTIONS)) : random.pick(CLICK_EVENTS),
      occurred_at: at,
      session_id: `${shopper}.${Math.floor((at - HOSTILE_START_MS) / DAY_MS)}`,
      ...(known ? { customer_id: shopper } : this.absent('customer_id')),
      payload: this.payload(),
    })
  }

  /** A version of somebody, told when it became true or long after. */
  private customer(): Draft {
    const { random } = this
    const at = this.instant()
    return this.arriving(customers, at, {
      customer_id: this.shopper(),
      ...(random.next() < 0.5 ? { age: random.below(131) } : this.absent('age')),
      ...(random.next() < 0.5 ? { birth_year: random.pick(BIRTH_YEARS) } : this.absent('birth_year')),
      ...(random.next() < 0.7 ? { gender: random.pick(GENDER_TEXTS) } : this.absent('gender')),
      ...(random.next() < 0.7 ? { location: random.pick(['GB', 'US-CA', 'FR']) } : this.absent('location')),
      ...(random.next() < 0.2 ? { preferences: { brands: [random.pick(HOSTILE_TEXT)] } } : {}),
      consent: {
        personalisation: random.next() < 0.5,
        demographics: random.next() < 0.8,
        training: random.next() < 0.5,
      },
      ...(random.next() < 0.05 ? { deleted: random.next() < 0.5 } : {}),
      updated_at: at,
    })
  }

  private payload(): RecordValue {
    const { random } = this
    const dice = random.next()
    const text = random.next() < 0.2 ? { search_term: random.pick(HOSTILE_TEXT) } : {}
    if (dice < 0.03) return { ...text, ...this.absent('items') }
    if (dice < 0.06) return { ...text, items: [] }
    const length = dice < 0.8 ? 1 : dice < 0.999 ? 1 + random.below(5) : 60
    const extra =
      random.next() < 0.05 ? { extra: { [random.pick(HOSTILE_TEXT)]: random.pick(HOSTILE_TEXT) } } : {}
    return { ...text, ...extra, items: Array.from({ length }, () => this.item()) }
  }

  private item(): RecordValue {
    const { random } = this
    const item = {
      item_id: this.sku(),
      ...(random.next() < 0.3 ? { item_name: random.pick(HOSTILE_TEXT) } : this.absent('item_name')),
      ...(random.next() < 0.5 ? { price_cents: random.below(20_000) } : this.absent('price_cents')),
      ...(random.next() < 0.3 ? { quantity: random.below(5) } : this.absent('quantity')),
      ...(random.next() < 0.1 ? { discount_cents: random.below(500) } : {}),
    }
    return random.next() < 0.01 ? { ...item, ...random.pick(BAD_ITEMS) } : item
  }

  /** The same record with one thing wrong, or right at the end of what is right. */
  private damaged(draft: Draft): Draft {
    const { random } = this
    const at = Number(draft.value[draft.source.at])
    const dice = random.next()
    if (dice < 0.3) {
      const loggedAt = Math.max(0, at + random.pick(LOG_DELAYS))
      return { ...draft, loggedAt, arrival: loggedAt }
    }
    const wrong = random.pick(WRONG.get(draft.source) ?? [])
    return { ...draft, value: { ...draft.value, ...wrong } }
  }

  /** Copies under the same id: the same, or with another instant and content, arriving before or after. */
  private duplicates(draft: Draft): Draft[] {
    const { random } = this
    return Array.from({ length: 1 + random.below(2) }, () => {
      const shift = random.pick([0, 0, 1, -1, HOUR_MS, -HOUR_MS, 2 * DAY_MS])
      const at = draft.source.at
      const moved = Math.max(0, Number(draft.value[at] ?? 0) + shift)
      const isKept = random.next() < 0.5
      // The instant of a version is in its id: moved, it would be another version.
      const instant = draft.source === customers ? {} : { [at]: moved }
      const changed = isKept ? {} : { ...instant, ...this.changed(draft) }
      const loggedAt = Math.max(0, draft.loggedAt + random.pick([0, SECOND_MS, -SECOND_MS, MINUTE_MS]))
      return {
        source: draft.source,
        value: { ...draft.value, ...changed },
        loggedAt,
        arrival: draft.arrival + random.pick([-HOUR_MS, -1, 0, 1, HOUR_MS]),
      }
    })
  }

  private changed(draft: Draft): RecordValue {
    if (draft.source === customers) return { age: 40, birth_year: null, location: 'GB' }
    return draft.source === orders
      ? { quantity: 7, sku: this.sku(), customer_id: this.shopper() }
      : { event: 'add_to_cart', payload: { items: [this.item(), this.item()] } }
  }

  private arriving(source: Source, at: number, value: RecordValue): Draft {
    const { random } = this
    const dice = random.next()
    const delay =
      dice < 0.8
        ? random.below(3 * SECOND_MS)
        : dice < 0.97
          ? random.below(6 * HOUR_MS)
          : random.below(LATE_MS)
    const loggedAt = at + delay
    const arrival = random.next() < 0.02 ? loggedAt + random.below(DAY_MS) : loggedAt
    return { source, value, loggedAt, arrival }
  }

  /** Often the same second as others, sometimes the very edge of a tile. */
  private instant(): number {
    const { random } = this
    const at = HOSTILE_START_MS + random.below(this.options.days * DAY_MS)
    const dice = random.next()
    if (dice < 0.02) return at - (at % DAY_MS)
    if (dice < 0.04) return at - (at % HOUR_MS) + HOUR_MS - 1
    return dice < 0.5 ? at - (at % MINUTE_MS) : at
  }

  private shopper(): string {
    const { events, shoppers } = this.options
    // Enough for more than 1,000 rows, and more than 200 products, of one shopper.
    if (this.random.next() < Math.min(0.2, Math.max(0.015, 1500 / events))) return 'Insatiable~0'
    return `c${this.random.below(shoppers)}`
  }

  private sku(): string {
    const skew = this.random.next()
    return `SKU.${Math.floor(this.options.products * skew * skew)}`
  }

  /** A field that is not there, in one of the two ways of JSON. */
  private absent(name: string): RecordValue {
    return this.random.next() < 0.5 ? {} : { [name]: null }
  }
}
