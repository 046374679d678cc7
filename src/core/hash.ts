import { createHash } from 'node:crypto'
import xxhash from 'xxhash-wasm'

const { h64Raw, h64 } = await xxhash()

/** First eight hex digits of SHA-256 over the canonical JSON: names a definition in tables and topics. */
export const hash8 = (value: unknown): string => sha256(canonicalJson(value)).slice(0, 8)

export const sha256 = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('hex')

/** 64-bit xxHash of UTF-8 text. Not for secrets. */
export const hash64 = (text: string): bigint => h64(text)

export const hash64Bytes = (bytes: Uint8Array): bigint => h64Raw(bytes)

/** JSON with sorted keys and no undefined: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : inner,
  )
}
