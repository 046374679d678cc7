import { finished } from 'node:stream'
import rateLimit, { normalizeIP } from '@fastify/rate-limit'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { EndcapError } from '../core/errors.ts'

/** Largest body of any request, bytes. */
export const BODY_LIMIT_BYTES = 8 * 1024 * 1024

/** A request must have arrived within this time and a tenth, and must be answered within twice this time. */
export const TIMEOUT_MS = 30_000

/** Longest part of a path: an id of 128 characters, each of which may be sent as `%xx`. */
export const MAX_PARAM_LENGTH = 3 * 128

/** Bodies of events that are received or written at a time; each may take its whole size twice in memory. */
export const MAX_INGEST_IN_FLIGHT = 32

/** At most so many requests a second for each key, or address where there is no key. Public routes do not count. */
export async function limitRate(app: FastifyInstance, perSecond: number): Promise<void> {
  await app.register(rateLimit, {
    global: false,
    max: perSecond,
    timeWindow: 1000,
    keyGenerator: ({ apiKey, ip }) => apiKey?.id ?? normalizeIP(ip),
    allowList: ({ routeOptions }) => routeOptions.config?.scope === 'public',
    addHeaders: { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false },
    addHeadersOnExceeding: {
      'x-ratelimit-limit': false,
      'x-ratelimit-remaining': false,
      'x-ratelimit-reset': false,
    },
    errorResponseBuilder: () => new EndcapError('RATE_LIMITED', `more than ${perSecond} requests a second`),
  })
  app.addHook('onRequest', app.rateLimit())
}

/** A hook that lets at most `limit` requests be under way at a time, before their bodies are read. */
export function limitInFlight(
  limit: number,
): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
  let inFlight = 0
  return async (_request, reply) => {
    if (inFlight >= limit) {
      throw new EndcapError('NOT_READY', `${limit} requests of this kind are under way`, {
        remedy: 'Send it again in a moment.',
      })
    }
    inFlight += 1
    finished(reply.raw, () => {
      inFlight -= 1
    })
  }
}
