import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Counter, Gauge, type Registry } from 'prom-client'

const NS_PER_S = 1e9
const US_PER_S = 1e6
const MEMORY = ['rss', 'heapTotal', 'heapUsed', 'external', 'arrayBuffers'] as const

/** Metrics of the process: how long it kept callers waiting, memory, CPU. @returns ends the measuring */
export function processMetrics(registry: Registry): () => void {
  const delays = monitorEventLoopDelay({ resolution: 10 })
  delays.enable()
  eventLoopDelay(registry, delays)
  new Gauge({
    name: 'endcap_process_memory_bytes',
    help: 'memory of the process by kind, as Node tells it',
    labelNames: ['kind'],
    registers: [registry],
    collect() {
      const usage = process.memoryUsage()
      for (const kind of MEMORY) this.set({ kind }, usage[kind])
    },
  })
  new Counter({
    name: 'endcap_process_cpu_seconds_total',
    help: 'CPU time of the process since its start',
    registers: [registry],
    collect() {
      const { user, system } = process.cpuUsage()
      this.reset()
      this.inc((user + system) / US_PER_S)
    },
  })
  new Gauge({
    name: 'endcap_process_uptime_seconds',
    help: 'time since the process began',
    registers: [registry],
    collect() {
      this.set(process.uptime())
    },
  })
  return () => delays.disable()
}

function eventLoopDelay(registry: Registry, delays: ReturnType<typeof monitorEventLoopDelay>): void {
  new Gauge({
    name: 'endcap_event_loop_delay_seconds',
    help: 'how late the event loop was, since the last scrape, 10 ms of sampling included',
    labelNames: ['quantile'],
    registers: [registry],
    collect() {
      if (delays.count === 0) return
      for (const percent of [50, 99, 100]) {
        this.set({ quantile: String(percent / 100) }, delays.percentile(percent) / NS_PER_S)
      }
      delays.reset()
    },
  })
}
