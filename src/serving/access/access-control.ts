import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { EndcapError } from '../../core/errors.ts'
import { recognise, type StoredKey } from './api-key.ts'
import { isLoopback } from './loopback.ts'
import type { RouteScope } from './scopes.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a key must be allowed to do; absent: `admin`. */
    scope?: RouteScope
  }
  interface FastifyRequest {
    /** The key that came with the request; null without one that is known. */
    apiKey: StoredKey | null
  }
}

/** Where a key may be instead of `authorization: Bearer KEY`. */
export const KEY_HEADER = 'x-api-key'

/** Where the keys come from. */
export type KeySource = {
  /** By id, as they are now. */
  readonly keys: ReadonlyMap<string, StoredKey>
  /** False: nobody needs one. */
  readonly hasKeys: boolean
}

/** Finds out whose request it is; refuses nothing yet, so that what comes next can tell callers apart. */
export function identifyCallers(app: FastifyInstance, source: KeySource): void {
  app.decorateRequest('apiKey', null)
  app.addHook('onRequest', async (request) => {
    const text = keyOf(request)
    if (text !== null) request.apiKey = recognise(text, source.keys)
  })
}

/**
 * Lets a request through to a route whose scope its key has. While there are no keys it is open to callers that
 * address this machine as such: a web page that was lured here under another name is turned away.
 */
export function requireScopes(app: FastifyInstance, source: KeySource): void {
  app.addHook('onRequest', async (request, reply) => {
    if (request.is404) return
    const scope: RouteScope = request.routeOptions.config.scope ?? 'admin'
    if (scope === 'public') return
    if (!source.hasKeys) return requireLocalName(request)
    const { apiKey } = request
    if (apiKey === null) throw unauthenticated(request, reply)
    if (apiKey.scopes.includes(scope)) return
    challenge(reply, `error="insufficient_scope", scope="${scope}"`)
    throw new EndcapError('FORBIDDEN', `key '${apiKey.id}' has not the scope '${scope}'`)
  })
}

function requireLocalName({ hostname }: FastifyRequest): void {
  if (isLoopback(hostname)) return
  throw new EndcapError('FORBIDDEN', `without keys this server answers to 'localhost' alone`, {
    remedy: 'Call it as localhost, or create keys: `endcap keys create --help`.',
  })
}

function unauthenticated(request: FastifyRequest, reply: FastifyReply): EndcapError {
  const isPresented = request.headers.authorization !== undefined || request.headers[KEY_HEADER] !== undefined
  challenge(reply, isPresented ? 'error="invalid_token"' : null)
  const message = isPresented ? 'the key is not known, or was revoked' : 'the request has no key'
  return new EndcapError('UNAUTHENTICATED', message)
}

/** @source RFC 6750, 3 */
const challenge = (reply: FastifyReply, parameters: string | null): FastifyReply =>
  reply.header('www-authenticate', `Bearer realm="endcap"${parameters === null ? '' : `, ${parameters}`}`)

/** Before `authorization`, which a proxy with a login of its own keeps or fills for itself. */
function keyOf({ headers }: FastifyRequest): string | null {
  const own = headers[KEY_HEADER]
  if (typeof own === 'string') return own.trim()
  const [, token] = /^Bearer +([^ ]+) *$/i.exec(headers.authorization ?? '') ?? []
  return token ?? null
}
