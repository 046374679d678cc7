import { finished } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { Gauge, Histogram, Registry } from 'prom-client'
import { routeOf } from '../request-log.ts'
import { processMetrics } from './process-metrics.ts'
import type { ShopFigures } from './shop-figures.ts'
import { shopMetrics } from './shop-metrics.ts'

const BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]

/** The metrics of one server. No label tells who a person is: labels are patterns, codes and words of the catalog. */
export class Metrics {
  readonly #registry = new Registry()
  readonly #durations: Histogram<'method' | 'route' | 'status'>
  #inFlight = 0
  readonly #endMeasuring: () => void

  constructor(figures: () => ShopFigures) {
    const registry = this.#registry
    const inFlight = () => this.#inFlight
    this.#durations = new Histogram({
      name: 'endcap_http_request_duration_seconds',
      help: 'from the headers of a request to the end of its answer',
      labelNames: ['method', 'route', 'status'],
      buckets: BUCKETS_S,
      registers: [registry],
    })
    new Gauge({
      name: 'endcap_http_requests_in_flight',
      help: 'requests that are under way, the scrape included',
      registers: [registry],
      collect() {
        this.set(inFlight())
      },
    })
    shopMetrics(registry, figures)
    this.#endMeasuring = processMetrics(registry)
  }

  get contentType(): string {
    return this.#registry.contentType
  }

  /** Name, kind and labels of each metric, in order of their making. */
  get described(): readonly { readonly name: string; readonly type: string; readonly help: string }[] {
    return this.#registry
      .getMetricsAsArray()
      .map(({ name, type, help }) => ({ name, type: String(type), help }))
  }

  /** All metrics as text. @source https://prometheus.io/docs/instrumenting/exposition_formats/ */
  text = (): Promise<string> => this.#registry.metrics()

  /** Measures every request of a server. */
  observe = (app: FastifyInstance): void => {
    app.addHook('onRequest', async (_request, reply) => {
      this.#inFlight += 1
      finished(reply.raw, () => {
        this.#inFlight -= 1
      })
    })
    app.addHook('onResponse', async (request, { statusCode, elapsedTime }) => {
      const labels = { method: request.method, route: routeOf(request), status: statusCode }
      this.#durations.observe(labels, elapsedTime / 1000)
    })
  }

  close(): void {
    this.#endMeasuring()
    this.#registry.clear()
  }
}
