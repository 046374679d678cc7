import { MAX_INSTANT_MS } from '../../algebra/column.ts'
import { DAY_MS } from '../../core/duration.ts'
import { EndcapError } from '../../core/errors.ts'

/** Whether tastes, seasons, bundles and effects of offers are in the shop; `none` is the control of all of them. */
export const PLANTINGS = ['all', 'none'] as const

/** How large a synthetic shop is, and when it ends. Equal options give equal events, byte for byte. */
export type ShopOptions = {
  /** Skus: single products and variants. */
  readonly products: number
  readonly customers: number
  /** Length of its history. */
  readonly days: number
  readonly seed: number
  /** Nothing happens at or after this instant; epoch ms. */
  readonly endAt: number
  /** Default `all`. */
  readonly plant?: (typeof PLANTINGS)[number]
  /** How many times as often as usual people come, in (0, 1]; default 1: a customer about once a week. */
  readonly visits?: number
}

/** The size of the demo. `endAt` has no default: it is the caller's clock, or a fixed day. */
export const DEMO_SIZE = { products: 200, customers: 300, days: 60, seed: 1 } as const

const LIMITS = { products: 1_000_000, customers: 10_000_000, days: 3650 } as const

/** @throws EndcapError USAGE if a number is not whole or outside its limits */
export function checkShopOptions(options: ShopOptions): void {
  for (const name of ['products', 'customers', 'days'] as const) {
    requireWhole(name, options[name], 1, LIMITS[name])
  }
  requireWhole('seed', options.seed, 0, Number.MAX_SAFE_INTEGER)
  requireWhole('endAt', options.endAt, options.days * DAY_MS, MAX_INSTANT_MS)
  const { visits = 1 } = options
  if (!(visits > 0 && visits <= 1)) throw new EndcapError('USAGE', `visits is ${visits}, not in (0, 1]`)
}

/** The first instant of the history, epoch ms. */
export const startOf = ({ endAt, days }: ShopOptions): number => endAt - days * DAY_MS

function requireWhole(name: string, value: number, min: number, max: number): void {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return
  throw new EndcapError('USAGE', `${name} is ${value}, not a whole number from ${min} to ${max}`)
}
