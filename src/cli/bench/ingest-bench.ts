import type { LoggedRecord } from '../../algebra/source.ts'
import { catalog } from '../../catalog/catalog.ts'
import { naiveTiles } from '../../compile/inprocess/naive.ts'
import { planView } from '../../compile/plan.ts'
import { keptFrom } from '../../compile/retention.ts'
import type { TileRow } from '../../compile/tile.ts'
import { EndcapError } from '../../core/errors.ts'
import { openShopLog, openShopState } from '../embedded-shop.ts'
import { BenchChild, canPin } from './child.ts'
import { benchHistory, type HistoryFigures } from './history-bench.ts'
import type { ClientMessage, ClientResult, ClientTask } from './ingest-client.ts'
import type { IngestLoad } from './ingest-events.ts'
import type { ServerMessage, ServerReport } from './ingest-server.ts'
import { type Machine, machine } from './machine.ts'
import { rounded, withFolder } from './measuring.ts'

export type IngestOptions = {
  readonly events: number
  readonly shoppers: number
  readonly products: number
  readonly runs: number
  /** At least so many generated events for import and backfill. */
  readonly historyEvents: number
}

export type IngestFigures = HistoryFigures & {
  readonly bench: 'ingest'
  /** Median over the runs: events by HTTP that were on disk and in the state when the answer came. */
  readonly http_events_per_s: number
  readonly runs: readonly number[]
  /** 1: the server was held to one core, the client to another; null: there is no `taskset`, or one core. */
  readonly server_cores: 1 | null
  readonly server_cpu_us_per_event: number
  /**
   * CPU microseconds of the main thread per event, by step; `http_disk_and_rest` is what is left of the server's:
   * HTTP, threads that write to disk, collection of garbage between the steps.
   */
  readonly us_per_event: Readonly<Record<string, number>>
  /** The same bodies to a handler that reads and answers. */
  readonly floor_events_per_s: number
  readonly floor_cpu_us_per_event: number
  readonly body_ms: { readonly p50: number; readonly p99: number }
  readonly bytes_per_event: number
  readonly events: number
  readonly events_per_body: number
  readonly shoppers: number
  readonly products: number
  readonly peak_mb: number
  readonly answer_check: AnswerCheck
  readonly machine: Machine
}

export type AnswerCheck = {
  readonly events: number
  readonly tiles: number
  readonly mismatches: number
}

const PER_BODY = 1000
const CONNECTIONS = 3
const CHECKED_EVENTS = 6000

type Run = { readonly client: ClientResult; readonly server: ServerReport }

/**
 * Checks the answer on a small run (counts, and every view against the plain loops), then measures: floor and
 * runs by turns, each with a fresh folder.
 *
 * @throws EndcapError ENGINE_FAILED if the answer is wrong
 */
export async function benchIngest(
  options: IngestOptions,
  progress: (text: string) => void,
): Promise<IngestFigures> {
  const { events, shoppers, products } = options
  const load = { perBody: PER_BODY, shoppers, products, now: Date.now(), duplicateShare: 0, faultyShare: 0 }
  progress('checking the answer ...')
  const answerCheck = await checkAnswer({
    ...load,
    seed: 0,
    events: CHECKED_EVENTS,
    shoppers: 300,
    products: 50,
  })
  const runs: Run[] = []
  const floors: Run[] = []
  for (let seed = 1; seed <= options.runs; seed += 1) {
    progress(`run ${seed} of ${options.runs} ...`)
    floors.push(await withFolder(() => oneRun({ ...load, seed, events }, undefined)))
    runs.push(await withFolder((folder) => oneRun({ ...load, seed, events }, folder)))
  }
  const history = await benchHistory(options, progress)
  const run = medianRun(runs)
  const floor = medianRun(floors)
  return {
    bench: 'ingest',
    http_events_per_s: Math.round(rate(run, events)),
    server_cores: canPin() ? 1 : null,
    runs: runs.map((each) => Math.round(rate(each, events))),
    server_cpu_us_per_event: rounded((run.server.cpuMs * 1000) / events),
    us_per_event: steps(run, events),
    floor_events_per_s: Math.round(rate(floor, events)),
    floor_cpu_us_per_event: rounded((floor.server.cpuMs * 1000) / events),
    body_ms: { p50: rounded(run.client.p50Ms), p99: rounded(run.client.p99Ms) },
    bytes_per_event: Math.round(run.client.bytes / events),
    events,
    events_per_body: PER_BODY,
    shoppers,
    products,
    peak_mb: Math.round(run.server.peakMb),
    answer_check: answerCheck,
    ...history,
    machine: machine(),
  }
}

/** Sends a load to a server on a folder, or to one that does nothing; what the server used while it was sent. */
async function oneRun(load: IngestLoad, folder: string | undefined): Promise<Run> {
  using server = new BenchChild<ServerMessage>('ingest-server', folder === undefined ? [] : [folder], 0)
  using client = new BenchChild<ClientMessage>('ingest-client', [], 1)
  const { url } = await server.hear('listening')
  client.tell({ kind: 'make', load, url, connections: CONNECTIONS } satisfies ClientTask)
  await client.hear('made')
  const report = async (): Promise<ServerReport> => {
    server.tell('report')
    return (await server.hear('report')).report
  }
  const before = await report()
  client.tell({ kind: 'go' })
  const { result } = await client.hear('done')
  const after = await report()
  server.tell('close')
  await server.ended()
  return { client: result, server: { ...after, cpuMs: after.cpuMs - before.cpuMs } }
}

async function checkAnswer(load: IngestLoad): Promise<AnswerCheck> {
  return withFolder(async (folder) => {
    const { client, server } = await oneRun({ ...load, duplicateShare: 0.05, faultyShare: 0.02 }, folder)
    const { accepted, duplicates, refused, expected } = client
    const told = JSON.stringify({ accepted, duplicates, refused })
    if (told !== JSON.stringify(expected) || server.logPosition !== accepted) {
      throw wrong(`the server said ${told}, should have said ${JSON.stringify(expected)}`)
    }
    const { tiles, mismatches } = await compareState(folder)
    if (mismatches > 0) throw wrong(`${mismatches} of ${tiles} tiles differ from the plain loops`)
    return { events: load.events, tiles, mismatches }
  })
}

/** The state on disk against the meaning over the records in the log. */
async function compareState(dataDir: string): Promise<{ tiles: number; mismatches: number }> {
  const log = await openShopLog({ dataDir, readOnly: true })
  const state = await openShopState({ dataDir, readOnly: true })
  try {
    const records: LoggedRecord[] = []
    for await (const batch of log.read(0)) records.push(...batch)
    let [tiles, mismatches] = [0, 0]
    for (const view of catalog.views) {
      const plan = planView(view, catalog.horizon)
      const from = keptFrom(plan, state.newestAt())
      const expected = texts(naiveTiles(plan, records).filter(({ tileStart }) => tileStart >= from))
      const found = texts([...state.owners(view.name)].flatMap((owner) => state.ownerTiles(view.name, owner)))
      tiles += expected.size
      mismatches += absent(expected, found) + absent(found, expected)
    }
    return { tiles, mismatches }
  } finally {
    await state.close()
    await log.close()
  }
}

const absent = (from: ReadonlySet<string>, of: ReadonlySet<string>): number =>
  [...of].filter((text) => !from.has(text)).length

const texts = (rows: readonly TileRow[]): Set<string> =>
  new Set(rows.map(({ key, tileStart, values }) => JSON.stringify([key, tileStart, values])))

function steps({ server }: Run, events: number): Readonly<Record<string, number>> {
  if (server.times === null) return {}
  const { appendWait, ...onMainThread } = server.times
  const known = Object.values(onMainThread).reduce((sum, ms) => sum + ms, 0)
  const perEvent = Object.entries(onMainThread).map(
    ([step, ms]) => [step, rounded((ms * 1000) / events)] as const,
  )
  return {
    ...Object.fromEntries(perEvent),
    http_disk_and_rest: rounded(((server.cpuMs - known) * 1000) / events),
    wait_for_disk_and_turn: rounded((appendWait * 1000) / events),
  }
}

const rate = ({ client }: Run, events: number): number => (events / client.ms) * 1000

function medianRun(runs: readonly Run[]): Run {
  const sorted = runs.toSorted((a, b) => a.client.ms - b.client.ms)
  const run = sorted[Math.floor((sorted.length - 1) / 2)]
  if (run === undefined) throw new Error('bug: a benchmark without runs')
  return run
}

const wrong = (message: string) =>
  new EndcapError('ENGINE_FAILED', message, { place: 'bench ingest', remedy: 'Nothing was timed.' })
