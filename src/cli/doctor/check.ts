/** What was looked at, and how it is. */
export type Verdict = {
  readonly check: string
  /** `unknown`: it could not be looked at, because of something that failed before. */
  readonly state: 'ok' | 'failed' | 'unknown'
  readonly message: string
  /** What to do; null where nothing has to be done. */
  readonly remedy: string | null
}

/** Settings of the process by their names. */
export type Environment = Readonly<Record<string, string | undefined>>

export const ok = (check: string, message: string): Verdict => ({ check, state: 'ok', message, remedy: null })
export const failed = (check: string, message: string, remedy: string): Verdict => ({
  check,
  state: 'failed',
  message,
  remedy,
})
export const unknown = (check: string, message: string): Verdict => ({
  check,
  state: 'unknown',
  message,
  remedy: null,
})
