import type { Manifest } from '../../manifest.ts'
import type { RunFigures } from './version-store.ts'

/** What a manifest says as parameters and metrics of a run; `@` is no character of their names: `ndcg@10` is `ndcg_at_10`. */
export function runFigures(manifest: Manifest): RunFigures {
  const { version, model, log_position, item_count, trained_at, settings, seeds, metrics } = manifest
  return {
    name: version,
    at: trained_at,
    params: new Map([
      ['model', model],
      ['log_position', String(log_position)],
      ['item_count', String(item_count)],
      ...Object.entries(settings).map(([name, value]) => [named(name), String(value)] as const),
      ...Object.entries(seeds).map(([name, value]) => [`seed ${named(name)}`, String(value)] as const),
    ]),
    metrics: new Map(Object.entries(metrics).map(([name, value]) => [named(name), value])),
  }
}

/** @source MLflow's rule for names: alphanumerics, `_`, `-`, `.`, `:`, `/` and spaces */
const named = (name: string): string => name.replaceAll('@', '_at_').replace(/[^A-Za-z0-9_\-.:/ ]/g, '_')
