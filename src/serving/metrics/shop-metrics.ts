import { Counter, Gauge, type Registry } from 'prom-client'
import type { ShopFigures } from './shop-figures.ts'

/** Metrics of events, log, state and model, asked for when they are scraped. */
export function shopMetrics(registry: Registry, figures: () => ShopFigures): void {
  const gauge = (name: string, help: string, value: (figures: ShopFigures) => number): Gauge =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(value(figures()))
      },
    })
  eventCounters(registry, figures)
  gauge('endcap_ready', '1 if requests are taken, else 0', ({ ready }) => (ready ? 1 : 0))
  gauge('endcap_log_position', 'records in the log', ({ logPosition }) => logPosition)
  gauge('endcap_applied_position', 'log records applied to the state', (now) => now.appliedPosition)
  gauge(
    'endcap_checkpoint_lag_records',
    'applied records that a restart would replay',
    ({ appliedPosition, savedPosition }) => appliedPosition - savedPosition,
  )
  gauge('endcap_dead_letters', 'refused events that are kept', ({ deadLetters }) => deadLetters)
  new Gauge({
    name: 'endcap_model_age_seconds',
    help: 'time since the served model was trained; absent before the first training',
    labelNames: ['model'],
    registers: [registry],
    collect() {
      const { model, now } = figures()
      this.reset()
      if (model !== null) this.set({ model: model.version }, (now - model.trainedAt) / 1000)
    },
  })
}

function eventCounters(registry: Registry, figures: () => ShopFigures): void {
  const of = (outcome: ShopFigures['events'][number]['outcome']) =>
    figures().events.filter((event) => event.outcome === outcome)
  new Counter({
    name: 'endcap_events_accepted_total',
    help: 'events that count',
    labelNames: ['topic'],
    registers: [registry],
    collect() {
      this.reset()
      for (const { topic, count } of of('accepted')) this.inc({ topic }, count)
    },
  })
  new Counter({
    name: 'endcap_events_duplicate_total',
    help: 'events whose id came before',
    labelNames: ['topic'],
    registers: [registry],
    collect() {
      this.reset()
      for (const { topic, count } of of('duplicate')) this.inc({ topic }, count)
    },
  })
  new Counter({
    name: 'endcap_events_refused_total',
    help: 'events that became dead letters',
    labelNames: ['topic', 'reason'],
    registers: [registry],
    collect() {
      this.reset()
      for (const { topic, reason = 'none', count } of of('refused')) this.inc({ topic, reason }, count)
    },
  })
}
