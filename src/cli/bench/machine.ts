import { cpus, loadavg, totalmem } from 'node:os'

/** What a figure was measured on. */
export type Machine = {
  readonly cpu: string
  readonly cores: number
  readonly memory_gb: number
  readonly node: string
  readonly v8: string
  /** Over the last minute, when asked. */
  readonly load: number
}

export const machine = (): Machine => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memory_gb: Math.round(totalmem() / 2 ** 30),
  node: process.versions.node,
  v8: process.versions.v8,
  load: Math.round((loadavg()[0] ?? 0) * 100) / 100,
})
