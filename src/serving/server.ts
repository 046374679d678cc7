import { randomUUID } from 'node:crypto'
import swagger from '@fastify/swagger'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import { EndcapError } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'
import { PROBLEM_MEDIA_TYPE, problemOf } from './problem.ts'

/** Adds routes to a server. One file of `routes/` each. */
export type RoutePlugin = (app: FastifyInstance) => void

export type ServerOptions = {
  readonly logger: Logger
  readonly version: string
  readonly routes: readonly RoutePlugin[]
}

/** Largest body of any request, bytes. */
export const BODY_LIMIT_BYTES = 8 * 1024 * 1024

/**
 * The HTTP server around the routes: validation by their schemas, problem documents for every error, OpenAPI at
 * `/openapi.json`. Not listening yet.
 */
export async function createServer({ logger, version, routes }: ServerOptions): Promise<FastifyInstance> {
  const loggerInstance: FastifyBaseLogger = logger
  const app = Fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT_BYTES,
    genReqId: () => randomUUID(),
    forceCloseConnections: 'idle',
  })
  app.removeContentTypeParser('text/plain')
  const ajv = addFormats.default(new Ajv({ coerceTypes: true, useDefaults: true, strict: false }))
  app.setValidatorCompiler(({ schema }) => ajv.compile(schema))
  app.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error, request.id)
    if (problem.status >= 500) request.log.error({ err: error, request_id: request.id }, problem.title)
    return reply.status(problem.status).type(PROBLEM_MEDIA_TYPE).send(problem)
  })
  app.setNotFoundHandler((request) => {
    throw new EndcapError('NOT_FOUND', `no ${request.method} ${request.url.split('?')[0]} here`)
  })
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Endcap', version, description: 'Events in, explained recommendations out.' },
    },
  })
  await app.register(async (scope) => {
    for (const route of routes) route(scope)
    scope.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger())
  })
  return app
}
