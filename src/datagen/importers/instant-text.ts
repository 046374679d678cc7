const ISO =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,9}))?)?)?\s*(Z|[+-][0-9]{2}:?[0-9]{2}|UTC)?$/i
const EPOCH = /^[0-9]{1,17}$/
/** Below: seconds; from here on milliseconds (1973 and later); from the next on microseconds. */
const FIRST_MS = 1e11
const FIRST_US = 1e14

/**
 * An instant as epoch ms: ISO 8601 (a date alone is its midnight; without a zone it is UTC; finer than ms is cut), or
 * a whole number of seconds, milliseconds or microseconds since 1970, told apart by its size. Null if it is neither,
 * or a day that does not exist.
 */
export function instantOf(text: string): number | null {
  const trimmed = text.trim()
  if (EPOCH.test(trimmed)) return epochMs(Number(trimmed))
  const match = ISO.exec(trimmed)
  if (match === null) return null
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] = match
  const ms = Number(fraction.slice(0, 3).padEnd(3, '0'))
  const parts = [Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second), ms] as const
  const local = Date.UTC(Number(year), ...parts)
  const date = new Date(local)
  const isReal =
    date.getUTCMonth() === parts[0] &&
    date.getUTCDate() === parts[1] &&
    date.getUTCHours() === parts[2] &&
    date.getUTCMinutes() === parts[3] &&
    date.getUTCSeconds() === parts[4]
  return isReal ? local - offsetMs(zone) : null
}

function epochMs(number: number): number {
  if (number < FIRST_MS) return number * 1000
  return number < FIRST_US ? number : Math.floor(number / 1000)
}

function offsetMs(zone: string): number {
  const match = /^([+-])([0-9]{2}):?([0-9]{2})$/.exec(zone)
  if (match === null) return 0
  const ms = (Number(match[2]) * 60 + Number(match[3])) * 60_000
  return match[1] === '-' ? -ms : ms
}
