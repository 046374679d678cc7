import type { Clock } from '../clock.ts'
import { EndcapError } from '../errors.ts'
import type { RetryPolicy } from './retry.ts'

/** How patient a client is. */
export type RestTiming = {
  /** Of one try. Default 30 s. */
  readonly timeoutMs?: number
  readonly retry?: RetryPolicy
  readonly clock?: Clock
  /** From 0 to below 1. Default: Math.random. */
  readonly random?: () => number
}

/** A service that speaks JSON over HTTP, and the words of its errors. */
export type RestService = RestTiming & {
  /** In errors: `databricks`. */
  readonly place: string
  /** `https://host[/path]`. */
  readonly address: string
  /** Between the address and the path of each call. */
  readonly prefix?: string
  /** Name of the setting with the address, and how a right one looks. */
  readonly setting: { readonly name: string; readonly example: string }
  /** Value of the header `authorization`; asked for each try. Absent: nobody asks who comes. */
  readonly authorization?: (signal?: AbortSignal) => Promise<string>
  /** Texts that no error may show. */
  readonly secrets?: readonly string[]
  /** What to put right, by the status that the service refused with. */
  readonly remedies: Readonly<Record<number, string>>
  /** What to put right if nothing answers well. */
  readonly unavailable: string
  /** What the body of an error says, null if it is of another shape. */
  readonly errorText: (body: unknown) => string | null
}

export type RestCall = {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below the address, each part already encoded. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  /** JSON, bytes or the fields of a form. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Said in the error: what was tried. */
  readonly what: string
  /**
   * Whether the same call twice is as good as once. If not, it is tried again only where it is certain that it was not
   * carried out. Default: everything but POST and PATCH.
   */
  readonly isRepeatable?: boolean
  /** Of one try. Default: the service's. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

/** An answer that is no success and is not tried again. */
export class RestRefusal extends EndcapError {
  readonly httpStatus: number
  /** The parsed body; undefined if it is no JSON. */
  readonly body: unknown

  constructor(
    refused: { readonly httpStatus: number; readonly body: unknown },
    message: string,
    details: { readonly place: string; readonly remedy: string },
  ) {
    super('ENGINE_FAILED', message, details)
    this.name = 'RestRefusal'
    this.httpStatus = refused.httpStatus
    this.body = refused.body
  }
}
