import { EndcapError } from './errors.ts'

export const SECOND_MS = 1000
export const MINUTE_MS = 60 * SECOND_MS
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS

const UNIT_MS = { s: SECOND_MS, m: MINUTE_MS, h: HOUR_MS, d: DAY_MS } as const

export type Duration = `${number}${keyof typeof UNIT_MS}`

/** Milliseconds of `90s`, `5m`, `1h`, `365d`. @throws EndcapError BAD_DEFINITION for anything else. */
export function durationMs(duration: Duration): number {
  const match = /^([1-9][0-9]{0,5})([smhd])$/.exec(duration)
  const unit = match?.[2]
  if (match === null || !(unit === 's' || unit === 'm' || unit === 'h' || unit === 'd')) {
    throw new EndcapError('BAD_DEFINITION', `'${duration}' is not a duration such as 90s, 5m, 1h or 365d`)
  }
  return Number(match[1]) * UNIT_MS[unit]
}

/** Start of the tile that holds `atMs`; instants are never negative. */
export const floorTo = (atMs: number, tileMs: number): number => atMs - (atMs % tileMs)
