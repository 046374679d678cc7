/**
 * The one table of errors: what HTTP answers, whether trying again can help, and what to do about it.
 * A test holds docs/errors.md equal to it.
 */
export const ERRORS = {
  BAD_REQUEST: { status: 400, retryable: false, remedy: 'Correct the request; the message names the field.' },
  UNAUTHENTICATED: {
    status: 401,
    retryable: false,
    remedy: 'Send `Authorization: Bearer KEY`; `endcap keys create` makes one.',
  },
  FORBIDDEN: {
    status: 403,
    retryable: false,
    remedy: 'Use a key with the scope that the message names; `endcap keys list` shows them.',
  },
  NOT_FOUND: { status: 404, retryable: false, remedy: 'Check the id or path.' },
  METHOD_NOT_ALLOWED: { status: 405, retryable: false, remedy: 'Use the method that /openapi.json lists.' },
  TIMEOUT: { status: 408, retryable: true, remedy: 'Send the whole request within 30 seconds.' },
  PAYLOAD_TOO_LARGE: {
    status: 413,
    retryable: false,
    remedy: 'Send at most 10,000 events and 8 MiB a call.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    retryable: false,
    remedy: 'Send application/json or application/x-ndjson.',
  },
  RATE_LIMITED: {
    status: 429,
    retryable: true,
    remedy: 'Wait for the seconds that Retry-After names; `endcap serve --rate-limit` sets the rate.',
  },
  UNKNOWN_PRODUCT: { status: 404, retryable: false, remedy: 'Import or post the product first.' },
  NO_MODEL: {
    status: 503,
    retryable: true,
    remedy: 'Run `endcap train --data-dir DIR`; serving picks it up.',
  },
  NOT_READY: { status: 503, retryable: true, remedy: 'Wait until /health answers ready.' },
  INTERNAL: {
    status: 500,
    retryable: true,
    remedy: 'Look at the log under the request id; please report it.',
  },
  BAD_DEFINITION: { status: 500, retryable: false, remedy: 'Correct the definition that the message names.' },
  NOT_EXPRESSIBLE: {
    status: 500,
    retryable: false,
    remedy: 'Run the definition on another engine; docs/engines.md lists the gaps.',
  },
  NOT_SUPPORTED: {
    status: 501,
    retryable: false,
    remedy: 'Use the embedded profile for it; docs/engines.md says what the profile stack does not do.',
  },
  BAD_INPUT_FILE: {
    status: 400,
    retryable: false,
    remedy: 'Check the path and the format; see `endcap import --help`.',
  },
  USAGE: { status: 400, retryable: false, remedy: 'See `endcap <verb> --help`.' },
  DATA_FOLDER: {
    status: 500,
    retryable: false,
    remedy: 'Check the data folder: free space, permissions, the right path.',
  },
  FOLDER_IN_USE: {
    status: 503,
    retryable: true,
    remedy: 'Stop the other process that writes to this folder.',
  },
  UNKNOWN_FORMAT: {
    status: 500,
    retryable: false,
    remedy: 'Run `endcap rebuild --data-dir DIR` to make the state again from the log.',
  },
  CORRUPT: {
    status: 500,
    retryable: false,
    remedy: 'Restore a backup, or run `endcap rebuild` if the log is whole.',
  },
  ERASED: {
    status: 410,
    retryable: false,
    remedy: 'Run `endcap train`: models from before an erasure are not taken back.',
  },
  GATE_REFUSED: {
    status: 409,
    retryable: false,
    remedy:
      'Look at its figures with `endcap models show`; `endcap models promote VERSION` makes it current all the same.',
  },
  STATE_LOSS: {
    status: 409,
    retryable: false,
    remedy:
      'Keep the old definition beside the new one, or name what may be lost with `--allow-state-loss NAME`.',
  },
  CORRUPT_ARTEFACT: { status: 500, retryable: false, remedy: 'Run `endcap train` again.' },
  INCOMPATIBLE_ARTEFACT: {
    status: 500,
    retryable: false,
    remedy: 'Run `endcap train`: definitions have changed since the model was trained.',
  },
  SCHEMA_CONFLICT: {
    status: 409,
    retryable: false,
    remedy:
      'Make the change compatible: add optional fields, keep types and names; or use another topic prefix.',
  },
  ENGINE_UNAVAILABLE: {
    status: 503,
    retryable: true,
    remedy: 'Run `endcap stack up`, and `endcap stack status` to see what is missing.',
  },
  ENGINE_FAILED: { status: 502, retryable: true, remedy: 'See the log that the message names.' },
} as const satisfies Record<string, { status: number; retryable: boolean; remedy: string }>

export type ErrorCode = keyof typeof ERRORS

export type ErrorDetails = {
  /** Where: `view 'product_activity', measure 'units'`, `line 12, column 'price'`. */
  readonly place?: string
  readonly cause?: unknown
  /** Overrides the table's remedy where a better one is known. */
  readonly remedy?: string
}

/** An error that a user can act on: a code of the table, what happened with which values, where, what to do. */
export class EndcapError extends Error {
  readonly code: ErrorCode
  readonly place: string | undefined
  readonly remedy: string

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(details.place === undefined ? message : `${details.place}: ${message}`, { cause: details.cause })
    this.name = 'EndcapError'
    this.code = code
    this.place = details.place
    this.remedy = details.remedy ?? ERRORS[code].remedy
  }

  get status(): number {
    return ERRORS[this.code].status
  }

  get retryable(): boolean {
    return ERRORS[this.code].retryable
  }
}

/** For branches that the types rule out; reaching one is a bug of ours. */
export function unreachable(value: never): never {
  throw new Error(`bug: unexpected value ${JSON.stringify(value)}`)
}
