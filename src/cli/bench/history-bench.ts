import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { catalog } from '../../catalog/catalog.ts'
import { EndcapError } from '../../core/errors.ts'
import { DuckDbSession } from '../../features/lake/duckdb/duckdb-session.ts'
import { writeShop } from '../generating/tell-shop.ts'
import { openFollowedLake } from '../lake.ts'
import { greatest, median, withFolder } from './measuring.ts'
import { runVerb, type VerbRun } from './verb-run.ts'

export type HistoryOptions = {
  /** At least so many generated events. */
  readonly historyEvents: number
  readonly runs: number
}

export type HistoryFigures = {
  /** Median over the runs: events that `import` read, checked, appended to the log and copied to the lake. */
  readonly import_events_per_s: number
  readonly import_runs: readonly number[]
  /** Median over the runs: events whose state `backfill` computed from the lake and wrote. */
  readonly backfill_events_per_s: number
  readonly backfill_runs: readonly number[]
  /** The same lines read and parsed; the same columns read from the lake. */
  readonly floor_import_events_per_s: number
  readonly floor_backfill_events_per_s: number
  readonly history_events: number
  readonly import_peak_anon_mb: number | null
  readonly backfill_peak_anon_mb: number | null
  readonly history_check: HistoryCheck
}

export type HistoryCheck = {
  readonly events: number
  readonly accepted: number
  /** The backfilled state against the log streamed record by record. */
  readonly state: 'equal'
}

const CHECKED = { products: 40, customers: 60, days: 20, seed: 7 } as const
const HISTORY = { products: 2000, days: 60, seed: 8 } as const
/** A customer of the synthetic shop gives about 75 events in 60 days. */
const EVENTS_PER_CUSTOMER = 70
const END_AT = Date.UTC(2026, 0, 1)

/** Checks the answer on a small shop, then times `import` and `backfill` of a larger one, a fresh folder a run. */
export async function benchHistory(
  { historyEvents, runs }: HistoryOptions,
  progress: (text: string) => void,
): Promise<HistoryFigures> {
  progress('checking the answer of import and backfill ...')
  const history_check = await withFolder(checkHistory)
  return withFolder(async (folder) => {
    const events = join(folder, 'events')
    const customers = Math.ceil(historyEvents / EVENTS_PER_CUSTOMER)
    progress('making history ...')
    const { topics } = await writeShop({ ...HISTORY, customers, endAt: END_AT }, events)
    const count = sumOf(topics)
    const imports: VerbRun[] = []
    const backfills: VerbRun[] = []
    const floors: { readonly lines: number; readonly lake: number }[] = []
    for (let run = 1; run <= runs; run += 1) {
      progress(`import and backfill, run ${run} of ${runs} ...`)
      const dataDir = join(folder, `shop-${run}`)
      const lines = await timed(() => parseLines(events, Object.keys(topics)))
      imports.push(await runVerb('import', events, '--data-dir', dataDir, '--consent', 'all'))
      backfills.push(await runVerb('backfill', '--data-dir', dataDir))
      floors.push({ lines, lake: await timed(() => scanLake(dataDir)) })
    }
    const rates = (verbs: readonly VerbRun[]) => verbs.map((verb) => Math.round(count / secondsOf(verb)))
    return {
      import_events_per_s: median(rates(imports)),
      import_runs: rates(imports),
      backfill_events_per_s: median(rates(backfills)),
      backfill_runs: rates(backfills),
      floor_import_events_per_s: Math.round(count / median(floors.map(({ lines }) => lines))),
      floor_backfill_events_per_s: Math.round(count / median(floors.map(({ lake }) => lake))),
      history_events: count,
      import_peak_anon_mb: greatest(imports.map(({ peakAnonMb }) => peakAnonMb)),
      backfill_peak_anon_mb: greatest(backfills.map(({ peakAnonMb }) => peakAnonMb)),
      history_check,
    }
  })
}

/** Counts against what was planted; the state from the lake against the state from the log. */
async function checkHistory(folder: string): Promise<HistoryCheck> {
  const [events, dataDir] = [join(folder, 'events'), join(folder, 'shop')]
  const { topics, planted } = await writeShop({ ...CHECKED, endAt: END_AT }, events)
  const count = sumOf(topics)
  const { answer } = await runVerb('import', events, '--data-dir', dataDir, '--consent', 'all')
  const expected = count - (planted['duplicate'] ?? 0)
  if (answer['accepted'] !== expected || answer['lake_position'] !== expected) {
    throw wrong(`${String(answer['accepted'])} events accepted, ${expected} expected`)
  }
  await runVerb('backfill', '--data-dir', dataDir)
  const rebuilt = await runVerb('rebuild', '--data-dir', dataDir, '--compare')
  if (rebuilt.answer['verdict'] !== 'equal') throw wrong('backfilled and streamed state differ')
  return { events: count, accepted: expected, state: 'equal' }
}

async function parseLines(folder: string, topics: readonly string[]): Promise<void> {
  for (const topic of topics) {
    const input = createReadStream(join(folder, `${topic}.ndjson`))
    for await (const line of createInterface({ input })) JSON.parse(line)
  }
}

async function scanLake(dataDir: string): Promise<void> {
  using lake = await openFollowedLake(dataDir)
  using session = await DuckDbSession.open()
  await lake.attach(session)
  for (const { name } of catalog.sources) {
    await session.run(`SELECT BIT_XOR(HASH(records)) AS every_column FROM "${name}" AS records`)
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return (performance.now() - startedAt) / 1000
}

const secondsOf = ({ answer }: VerbRun): number => Number(answer['seconds'])

const sumOf = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0)

const wrong = (message: string) =>
  new EndcapError('ENGINE_FAILED', message, { place: 'bench ingest', remedy: 'Nothing was timed.' })
