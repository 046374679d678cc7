import { type Logger, pino } from 'pino'

export type { Logger }

/** Structured logs on stderr: stdout belongs to answers. Never log ids of people or bodies of events. */
export function createLogger(level: string = process.env['ENDCAP_LOG_LEVEL'] ?? 'info'): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(2))
}

export const silentLogger: Logger = pino({ level: 'silent' })
