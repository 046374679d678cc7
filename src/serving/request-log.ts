import type { FastifyInstance, FastifyRequest } from 'fastify'
import { EndcapError } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'
import type { Problem } from './problem.ts'

/**
 * One line a request at level debug. Routes are logged by their pattern: a path or a query may hold the id of a
 * person.
 */
export function logRequests(app: FastifyInstance, logger: Logger): void {
  if (!logger.isLevelEnabled('debug')) return
  app.addHook('onResponse', async (request, reply) => {
    const { statusCode, elapsedTime } = reply
    request.log.debug({
      ...whichOf(request),
      status: statusCode,
      took_ms: Math.round(elapsedTime * 100) / 100,
    })
  })
}

/**
 * One line a failure: an error with its stack where the fault is ours, else a warning with the code alone, since
 * messages about requests quote them.
 */
export function logFailure(request: FastifyRequest, error: unknown, { code, status }: Problem): void {
  const facts = { ...whichOf(request), status, code }
  if (status >= 500 && !isExpected(error))
    request.log.error({ ...facts, fault: faultOf(error) }, 'request failed')
  else request.log.warn(facts, 'request refused')
}

const EXPECTED: ReadonlySet<string> = new Set(['NOT_READY', 'NO_MODEL'])
const isExpected = (error: unknown): boolean => error instanceof EndcapError && EXPECTED.has(error.code)

const whichOf = (request: FastifyRequest): object => ({
  request_id: request.id,
  method: request.method,
  route: routeOf(request),
  ...(request.apiKey == null ? {} : { key: request.apiKey.id }),
})

/** The pattern of a route (`/v1/products/:sku/similar`); `none` for a path that is not ours. */
export const routeOf = ({ is404, routeOptions }: FastifyRequest): string =>
  is404 ? 'none' : (routeOptions.url ?? 'none')

/** An error without what it may quote: its message is told if it is one of ours, and where it came from always is. */
function faultOf(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error }
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {}
  const message = error instanceof EndcapError ? { message: error.message } : {}
  const frames = (error.stack ?? '').split('\n').filter((line) => /^ +at /.test(line))
  const cause = error.cause === undefined ? {} : { cause: faultOf(error.cause) }
  return { type: error.name, ...code, ...message, frames: frames.map((line) => line.trim()), ...cause }
}
