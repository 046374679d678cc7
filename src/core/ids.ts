import { randomFillSync } from 'node:crypto'

declare const brand: unique symbol
type Branded<Name extends string> = string & { readonly [brand]: Name }

export type Sku = Branded<'Sku'>
export type CustomerId = Branded<'CustomerId'>
export type SessionId = Branded<'SessionId'>

/** What every id must match: safe to order, compare and print on every engine. */
export const ID_PATTERN = '^[A-Za-z0-9._~:-]{1,128}$'
const ID = new RegExp(ID_PATTERN)

export const isId = (text: string): boolean => ID.test(text)

const RANDOM_BYTES = 10
/** Random bytes for so many ids are drawn at once, each used for one of them. */
const pool = new Uint8Array(400 * RANDOM_BYTES)
let used = pool.length

/** A version 7 UUID: its first 48 bits are the instant. @source RFC 9562, 5.7 */
export function uuidv7(atMs: number): string {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const bytes = Buffer.alloc(16)
  bytes.set(pool.subarray(used, used + RANDOM_BYTES), 6)
  used += RANDOM_BYTES
  for (let index = 0; index < 6; index += 1) bytes[index] = Math.floor(atMs / 2 ** (8 * (5 - index))) & 0xff
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f)
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f)
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** The instant inside a version 7 UUID, epoch ms. */
export const uuidv7At = (id: string): number => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
