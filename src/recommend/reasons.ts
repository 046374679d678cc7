import { DAY_MS, HOUR_MS, MINUTE_MS } from '../core/duration.ts'
import { unreachable } from '../core/errors.ts'
import type { Evidence } from '../models/candidates/candidate-source.ts'

/** What a reader of reasons needs to know: names of products, and the instant of the question. */
export type Wording = { readonly asOf: number; readonly nameOf: (item: number) => string }

/** One plain sentence for the evidence. */
export function reasonText(evidence: Evidence, { asOf, nameOf }: Wording): string {
  switch (evidence.kind) {
    case 'bought':
      return boughtText(evidence, asOf)
    case 'carted':
      return `You put it in your basket ${ago(asOf - evidence.lastAt)}`
    case 'wished':
      return `You put it on your wishlist ${ago(asOf - evidence.lastAt)}`
    case 'viewed':
      return `You looked at it ${ago(asOf - evidence.lastAt)}`
    case 'popular':
      return `Bought ${times(evidence.purchases)} in ${evidence.days} days`
    case 'rising':
      return `Bought ${times(evidence.purchases)} in ${evidence.days} days, ${Math.floor(evidence.times)} times as often as before`
    case 'browsed':
      return `Looked at ${times(evidence.views)} in ${evidence.days} days`
    case 'popular_with':
      return `Popular with ${evidence.group}: bought ${times(evidence.purchases)} in ${evidence.days} days`
    case 'goes_with':
      return evidence.at === null
        ? `Goes with ${nameOf(evidence.item)}`
        : `Goes with ${nameOf(evidence.item)}, which you chose ${ago(asOf - evidence.at)}`
    case 'bought_with':
      return `Bought together with ${nameOf(evidence.item)} ${times(evidence.baskets)}`
    case 'same_visits':
      return `Looked at in ${evidence.visits === 1 ? 'a visit' : `${evidence.visits} visits`} beside ${nameOf(evidence.item)}`
    case 'wishlist':
      return 'It is on your wishlist'
    case 'stated':
      return `You like ${evidence.name}, as you told us`
    case 'liked':
      return evidence.what === 'brand'
        ? `You often choose ${evidence.name}`
        : `You often look into ${evidence.name}`
    case 'in_season':
      return seasonText(evidence)
    case 'deal':
      return dealText(evidence, asOf)
    case 'alike':
      return `${evidence.isNew ? 'New, and like' : 'Like'} ${nameOf(evidence.item)}`
    case 'new':
      return 'New in the shop'
    case 'little_known':
      return 'Few have seen it yet'
    case 'none':
      return 'Nothing is known of it yet'
    default:
      return unreachable(evidence)
  }
}

function boughtText(
  { times: n, lastAt, gapMs }: Extract<Evidence, { kind: 'bought' }>,
  asOf: number,
): string {
  const last = ago(asOf - lastAt)
  if (n === 1) return `You bought it ${last}`
  if (gapMs === null) return `You bought it ${n} times, last ${last}`
  const days = Math.max(1, Math.round(gapMs / DAY_MS))
  const rhythm = days === 1 ? 'about every day' : `about every ${days} days`
  return `You buy it ${rhythm}, last ${last}: it may be due again`
}

const seasonText = ({ index, purchases }: Extract<Evidence, { kind: 'in_season' }>): string =>
  purchases > 0
    ? `Bought ${times(purchases)} in these weeks last year, ${index.toFixed(1)} times as often as in others`
    : `Its kind is bought ${index.toFixed(1)} times as often in these weeks`

function dealText({ offRatio, endsAt }: Extract<Evidence, { kind: 'deal' }>, asOf: number): string {
  const off = `${Math.round(100 * offRatio)} % off`
  return endsAt === null ? off : `${off} until ${untilText(endsAt, asOf)}`
}

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const

const DAY_AND_MONTH = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', timeZone: 'UTC' })

/** The last day on which it holds, UTC: `today`, `Sunday` within the week, else `31 December`. */
export function untilText(endsAt: number, asOf: number): string {
  const last = new Date(endsAt - 1)
  const daysAhead = Math.floor((endsAt - 1) / DAY_MS) - Math.floor(asOf / DAY_MS)
  if (daysAhead <= 0) return 'today'
  if (daysAhead < 7) return WEEKDAYS[last.getUTCDay()] ?? ''
  return DAY_AND_MONTH.format(last)
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
