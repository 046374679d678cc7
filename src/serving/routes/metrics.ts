import type { FastifyInstance } from 'fastify'
import type { Metrics } from '../metrics/metrics.ts'

/** `GET /metrics`: for Prometheus to scrape. */
export const metricsRoutes =
  (metrics: Pick<Metrics, 'text' | 'contentType'>) =>
  (app: FastifyInstance): void => {
    app.get('/metrics', { config: { scope: 'admin' }, schema: { hide: true } }, async (_request, reply) =>
      reply.type(metrics.contentType).send(await metrics.text()),
    )
  }
