import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Scope } from './scopes.ts'

/** What is kept of a key: enough to recognise it, not enough to use it. */
export type StoredKey = {
  /** 12 hex digits, public: it may be logged and listed. */
  readonly id: string
  readonly name: string | null
  readonly scopes: readonly Scope[]
  /** SHA-256 of the secret, hex. */
  readonly sha256: string
  /** Epoch ms. */
  readonly created_at: number
  /** Epoch ms; null while it may be used. */
  readonly revoked_at: number | null
}

const FORMAT = /^ek_([0-9a-f]{12})_([A-Za-z0-9_-]{43})$/

type KeyFacts = {
  readonly scopes: readonly Scope[]
  readonly name: string | null
  /** Epoch ms. */
  readonly createdAt: number
}

/** A new key: its text `ek_<id>_<secret>`, to be told once, and what is kept of it. The secret has 256 random bits. */
export function newKey(facts: KeyFacts): { readonly text: string; readonly stored: StoredKey } {
  const id = randomBytes(6).toString('hex')
  const secret = randomBytes(32).toString('base64url')
  return { text: `ek_${id}_${secret}`, stored: storedKey(id, secret, facts) }
}

/** What is kept of a key that was made elsewhere; null if the text is no key. */
export function keyOfText(text: string, facts: KeyFacts): StoredKey | null {
  const [, id, secret] = FORMAT.exec(text) ?? []
  return id === undefined || secret === undefined ? null : storedKey(id, secret, facts)
}

const storedKey = (id: string, secret: string, { scopes, name, createdAt }: KeyFacts): StoredKey => ({
  id,
  name,
  scopes,
  sha256: digest(secret).toString('hex'),
  created_at: createdAt,
  revoked_at: null,
})

/**
 * The key whose text was presented, if it is one of these and not revoked; null otherwise. The digests are
 * compared in constant time; the id in front of the secret is public.
 */
export function recognise(text: string, keys: ReadonlyMap<string, StoredKey>): StoredKey | null {
  const [, id = '', secret = ''] = FORMAT.exec(text) ?? []
  const key = keys.get(id)
  if (key === undefined || key.revoked_at !== null) return null
  return timingSafeEqual(digest(secret), Buffer.from(key.sha256, 'hex')) ? key : null
}

/** SHA-256 once: a secret of 256 random bits cannot be guessed, so a slow hash would only slow requests down. */
const digest = (secret: string): Buffer => createHash('sha256').update(secret).digest()
