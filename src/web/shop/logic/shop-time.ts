export const DAY_MS = 86_400_000

/**
 * Days of a shop's time that the slider goes over, as starts of days (UTC): tiles of every view begin there, so
 * that a past instant needs no rounding.
 */
export type Days = {
  /** Start of the first day after the shop opened: before it nothing is known. */
  readonly first: number
  /** Number of days; the place after the last is now. */
  readonly count: number
}

export function shopDays(firstAt: number, now: number): Days {
  const first = Math.floor(firstAt / DAY_MS) * DAY_MS + DAY_MS
  return { first, count: Math.max(0, Math.floor((now - first) / DAY_MS) + 1) }
}

/** The instant at a place of the slider; null for now. */
export const instantAt = ({ first, count }: Days, place: number): number | null =>
  place >= count ? null : first + place * DAY_MS

/** The place of an instant; null is now. */
export const placeOf = ({ first, count }: Days, asOf: number | null): number =>
  asOf === null ? count : Math.min(count, Math.max(0, Math.floor((asOf - first) / DAY_MS)))

/** `Fri 9 Dec 2011`, in UTC. */
export const dayInWords = (at: number): string =>
  new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  }).format(at)

/** `850 ms`, `12 s`, `3 min`, `5 h`, `2 days`. */
export function spanInWords(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${Math.round(ms / 1000)} s`
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`
  if (ms < 2 * DAY_MS) return `${Math.round(ms / 3_600_000)} h`
  return `${Math.round(ms / DAY_MS)} days`
}
