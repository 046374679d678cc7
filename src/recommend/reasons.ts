import { DAY_MS, HOUR_MS, MINUTE_MS } from '../core/duration.ts'
import { unreachable } from '../core/errors.ts'
import type { Evidence } from '../models/candidates/candidate-source.ts'

/** What a reader of reasons needs to know: names of products, and the instant of the question. */
export type Wording = { readonly asOf: number; readonly nameOf: (sku: string) => string }

/** One plain sentence for the evidence. */
export function reasonText(evidence: Evidence, { asOf, nameOf }: Wording): string {
  switch (evidence.kind) {
    case 'bought':
      return evidence.times === 1
        ? `You bought it ${ago(asOf - evidence.lastAt)}`
        : `You bought it ${evidence.times} times, last ${ago(asOf - evidence.lastAt)}`
    case 'carted':
      return `You put it in your basket ${ago(asOf - evidence.lastAt)}`
    case 'wished':
      return `You put it on your wishlist ${ago(asOf - evidence.lastAt)}`
    case 'viewed':
      return `You looked at it ${ago(asOf - evidence.lastAt)}`
    case 'popular':
      return `Bought ${times(evidence.purchases)} in ${evidence.days} days`
    case 'browsed':
      return `Looked at ${times(evidence.views)} in ${evidence.days} days`
    case 'goes_with':
      return evidence.at === null
        ? `Goes with ${nameOf(evidence.sku)}`
        : `Goes with ${nameOf(evidence.sku)}, which you chose ${ago(asOf - evidence.at)}`
    case 'none':
      return 'Nothing is known of it yet'
    default:
      return unreachable(evidence)
  }
}

const times = (n: number): string => (n === 1 ? 'once' : `${n} times`)

/** `2 minutes ago`, `31 days ago`. */
export function ago(elapsedMs: number): string {
  if (elapsedMs < MINUTE_MS) return 'just now'
  const [amount, unit] =
    elapsedMs < HOUR_MS
      ? [elapsedMs / MINUTE_MS, 'minute']
      : elapsedMs < DAY_MS
        ? [elapsedMs / HOUR_MS, 'hour']
        : [elapsedMs / DAY_MS, 'day']
  const whole = Math.floor(Number(amount))
  return `${whole} ${unit}${whole === 1 ? '' : 's'} ago`
}
