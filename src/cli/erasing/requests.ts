import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EndcapError } from '../../core/errors.ts'
import { flush } from '../../features/lake/duckdb/lake-folder.ts'
import { ERASURES_FOLDER, readErasuresFile } from './erasures-folder.ts'

/** Somebody who asked to be erased, and has not been yet. The one place where the id is kept for it. */
export type PendingErasure = {
  readonly id: string
  readonly customer_id: string
  /** Epoch ms. */
  readonly requested_at: number
}

/** A request that was carried out: the certificate names the same person. */
export type DoneErasure = Pick<PendingErasure, 'id' | 'requested_at'> & { readonly person: string }

export type ErasureRequests = {
  readonly format: 1
  readonly pending: readonly PendingErasure[]
  readonly done: readonly DoneErasure[]
}

const REQUESTS = 'requests.json'
const NONE: ErasureRequests = { format: 1, pending: [], done: [] }

/** @throws EndcapError CORRUPT, UNKNOWN_FORMAT */
export function readRequests(dataDir: string): ErasureRequests {
  const read = readErasuresFile(dataDir, REQUESTS) as ErasureRequests | undefined
  if (read === undefined) return NONE
  if (read.format === 1) return read
  throw new EndcapError('UNKNOWN_FORMAT', 'holds no requests of erasure', {
    place: join(dataDir, ERASURES_FOLDER, REQUESTS),
  })
}

/** Writes them below a folder, in one step; durable when it returns. */
export function writeRequests(folder: string, requests: ErasureRequests): void {
  const erasures = join(folder, ERASURES_FOLDER)
  const path = join(erasures, REQUESTS)
  mkdirSync(erasures, { recursive: true })
  writeFileSync(`${path}.part`, `${JSON.stringify(requests)}\n`, { mode: 0o600, flush: true })
  renameSync(`${path}.part`, path)
  flush(erasures)
}

/** What is left when somebody has been erased; their id is not in it. */
export const carriedOut = (
  { pending, done, ...rest }: ErasureRequests,
  { customer, person }: { readonly customer: string; readonly person: string },
): ErasureRequests => ({
  ...rest,
  pending: pending.filter(({ customer_id }) => customer_id !== customer),
  done: [
    ...done,
    ...pending
      .filter(({ customer_id }) => customer_id === customer)
      .map(({ id, requested_at }) => ({ id, requested_at, person })),
  ],
})
