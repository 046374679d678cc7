import { randomUUID } from 'node:crypto'
import swagger from '@fastify/swagger'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import { EndcapError } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'
import { identifyCallers, KEY_HEADER, type KeySource, requireScopes } from './access/access-control.ts'
import { answerClientError } from './client-error.ts'
import { type Drain, refuseWhileDraining } from './drain.ts'
import { BODY_LIMIT_BYTES, limitRate, MAX_PARAM_LENGTH, TIMEOUT_MS } from './limits.ts'
import { PROBLEM_MEDIA_TYPE, problemOf, retryAfterS } from './problem.ts'
import { logFailure, logRequests } from './request-log.ts'
import { SECURE_HEADERS, secureHeaders } from './secure-headers.ts'

/** Adds routes to a server. One file of `routes/` each. */
export type RoutePlugin = (app: FastifyInstance) => void

export type ServerOptions = {
  readonly logger: Logger
  readonly version: string
  readonly routes: readonly RoutePlugin[]
  /** Absent: nobody needs a key, and any host name will do. */
  readonly keys?: KeySource
  /** For each key or address; absent or 0: as many as come. */
  readonly rateLimitPerSecond?: number
  readonly drain?: Drain
  /** A request must have arrived within this time, and must be answered within twice this time. */
  readonly timeoutMs?: number
  /** Sees every request: metrics. */
  readonly observe?: RoutePlugin
}

/**
 * The HTTP server around the routes: who may call, how often, validation by their schemas, problem documents for
 * every error, OpenAPI at `/openapi.json`. Not listening yet.
 */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const app = bareServer(options.logger, options.timeoutMs ?? TIMEOUT_MS)
  await guard(app, options)
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Endcap',
        version: options.version,
        description: 'Events in, explained recommendations out.',
      },
      components: {
        securitySchemes: {
          key: { type: 'http', scheme: 'bearer' },
          keyHeader: { type: 'apiKey', in: 'header', name: KEY_HEADER },
        },
      },
    },
  })
  await app.register(async (scope) => {
    for (const route of options.routes) route(scope)
    scope.get('/openapi.json', { config: { scope: 'public' }, schema: { hide: true } }, async () =>
      app.swagger(),
    )
  })
  return app
}

function bareServer(logger: Logger, timeoutMs: number): FastifyInstance {
  const loggerInstance: FastifyBaseLogger = logger
  const app = Fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: timeoutMs,
    handlerTimeout: 2 * timeoutMs,
    http: { connectionsCheckingInterval: timeoutMs / 10 },
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    genReqId: () => randomUUID(),
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, request, reply) => answerError(error, request, reply.headers(SECURE_HEADERS)),
  })
  // Node exchanges the two if headers may take longer than the whole: seen on 24.21.
  app.server.headersTimeout = timeoutMs
  app.removeContentTypeParser('text/plain')
  const ajv = addFormats.default(new Ajv({ coerceTypes: true, useDefaults: true, strict: false }))
  app.setValidatorCompiler(({ schema }) => ajv.compile(schema))
  app.setErrorHandler(answerError)
  app.setNotFoundHandler((request) => {
    throw new EndcapError('NOT_FOUND', `no ${request.method} ${request.url.split('?')[0]} here`)
  })
  return app
}

/** What every request passes before its route, in this order. */
async function guard(app: FastifyInstance, options: ServerOptions): Promise<void> {
  const { keys, rateLimitPerSecond = 0, drain, observe } = options
  logRequests(app, options.logger)
  observe?.(app)
  secureHeaders(app)
  if (drain !== undefined) refuseWhileDraining(app, drain)
  if (keys !== undefined) identifyCallers(app, keys)
  if (rateLimitPerSecond > 0) await limitRate(app, rateLimitPerSecond)
  if (keys !== undefined) requireScopes(app, keys)
  app.addHook('onRoute', (route) => {
    const scope = route.config?.scope ?? 'admin'
    if (route.schema !== undefined && scope !== 'public') {
      route.schema = { ...route.schema, security: [{ key: [scope] }, { keyHeader: [scope] }] }
    }
  })
}

function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemOf(error, request.id)
  logFailure(request, error, problem)
  const waitS = retryAfterS(problem.code)
  if (waitS !== null && !reply.hasHeader('retry-after')) reply.header('retry-after', waitS)
  return reply.status(problem.status).type(PROBLEM_MEDIA_TYPE).send(problem)
}
