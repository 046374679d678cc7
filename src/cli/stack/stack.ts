import { randomBytes } from 'node:crypto'
import { join, resolve } from 'node:path'
import { EndcapError } from '../../core/errors.ts'
import { ENGINE_OF } from './engines.ts'
import { flinkEngine } from './flink-engine.ts'
import { withLock } from './folder-lock.ts'
import { defaultRunDir } from './home.ts'
import { installEngines } from './install.ts'
import { logFileOf } from './java-process.ts'
import { assertPortsFree, freePortBase } from './port-check.ts'
import { isOurs, killProcess } from './process.ts'
import { isUp, PROBE_TIMEOUT_MS, placeOf, Run, remembered, startProcess, waitReady } from './run.ts'
import {
  livingProcesses,
  processMarker,
  type RunState,
  readRunState,
  type StartedProcess,
} from './run-state.ts'
import { DEFAULT_PORT_BASE } from './settings.ts'
import { withCleanupOnSignal } from './signals.ts'
import {
  ENGINES,
  type EngineName,
  type EngineStatus,
  type Stack,
  type StackOptions,
  type StackReport,
} from './types.ts'

const silent: StackReport = () => {}
const lockOf = (runDir: string): string => join(runDir, 'lock')

async function openRun(runDir: string, portBase: StackOptions['portBase']): Promise<Run> {
  const state = await readRunState(runDir)
  const isRunning =
    state !== undefined && Object.values(state.processes).some((p) => livingProcesses(runDir, p).length > 0)
  if (state !== undefined && isRunning) {
    if (typeof portBase === 'number' && portBase !== state.portBase) {
      throw new EndcapError(
        'USAGE',
        `the stack in '${runDir}' runs on ports from ${state.portBase}, not ${portBase}`,
        {
          remedy: 'Stop it with `endcap stack down`, or give another --run-dir.',
        },
      )
    }
    return new Run(runDir, state)
  }
  const base = portBase === 'free' ? await freePortBase() : (portBase ?? DEFAULT_PORT_BASE)
  const secret = randomBytes(16).toString('hex')
  return new Run(runDir, { format: 1, portBase: base, secret, processes: {} })
}

/** Starts what is not up; if one engine fails, what this call started is stopped again. */
async function startMissing(
  run: Run,
  engines: readonly EngineName[],
  report: StackReport,
): Promise<ReadonlyMap<EngineName, number>> {
  const missing: EngineName[] = []
  for (const engine of engines) {
    if (await isUp(engine, run.place, run.state)) {
      report(`${engine}: is up already`)
      continue
    }
    missing.push(engine)
    await run.stop(engine, true) // what a crash may have left of it
  }
  await assertPortsFree(missing, run.place.ports)
  const seconds = new Map<EngineName, number>()
  const stopMissing = () => Promise.all(missing.map((engine) => run.stop(engine, true)))
  await withCleanupOnSignal(stopMissing, async () => {
    const results = await Promise.allSettled(
      missing.map(async (engine) => seconds.set(engine, await run.start(engine, report))),
    )
    const failed = results.find((result) => result.status === 'rejected')
    if (failed === undefined) return
    await stopMissing()
    throw failed.reason
  })
  return seconds
}

/**
 * Starts the engines that are not up, installing them on first use, and returns when all answer.
 * @throws EndcapError ENGINE_UNAVAILABLE if a program, a download or a port is missing; ENGINE_FAILED with the end of
 * the log if an engine does not start
 */
export async function stackUp(options: StackOptions = {}): Promise<Stack> {
  const engines = ENGINES.filter((engine) => (options.engines ?? ENGINES).includes(engine))
  const runDir = resolve(options.runDir ?? defaultRunDir())
  const report = options.report ?? silent
  await installEngines(engines, report)
  const onWait = () => report(`waiting for another process that starts or stops the stack in ${runDir}`)
  const { place, seconds } = await withLock(
    lockOf(runDir),
    async () => {
      const run = await openRun(runDir, options.portBase)
      return { place: run.place, seconds: await startMissing(run, engines, report) }
    },
    onWait,
  )
  const started = [...seconds.keys()]
  return {
    ...place.endpoints,
    runDir,
    engines,
    started,
    seconds: Object.fromEntries(seconds),
    killTaskManager: () => killFlink(runDir, TASK_MANAGER),
    startTaskManager: () => startFlink(runDir, TASK_MANAGER),
    killGateway: () => killFlink(runDir, GATEWAY),
    startGateway: () => startFlink(runDir, GATEWAY),
    stop: async () => {
      if (started.length > 0) await stackDown({ runDir, engines: started })
    },
  }
}

export type StackDownOptions = {
  readonly engines?: readonly EngineName[]
  readonly runDir?: string
  /** Leaves topics, checkpoints and tables for the next `up`. */
  readonly keep?: boolean
  readonly report?: StackReport
}

/**
 * Stops engines by the process ids that the run folder remembers, also after a crash of whoever started them.
 * @returns the engines of which a process still lived
 */
export async function stackDown(options: StackDownOptions = {}): Promise<readonly EngineName[]> {
  const runDir = resolve(options.runDir ?? defaultRunDir())
  const report = options.report ?? silent
  const wanted = options.engines ?? ENGINES
  if ((await readRunState(runDir)) === undefined) return []
  return withLock(
    lockOf(runDir),
    async () => {
      const state = await readRunState(runDir)
      if (state === undefined) return []
      const run = new Run(runDir, state)
      const living = wanted.filter((engine) => livingProcesses(runDir, remembered(state, engine)).length > 0)
      // Readers before what they read from: Flink would retry on a Kafka that has gone.
      for (const engine of [...wanted].reverse()) {
        await run.stop(engine, options.keep === true)
        if (living.includes(engine)) report(`${engine}: stopped`)
      }
      return living
    },
    () => report(`waiting for another process that starts or stops the stack in ${runDir}`),
  )
}

/** What lives and answers now; one entry per engine. */
export async function stackStatus(
  options: { readonly runDir?: string } = {},
): Promise<readonly EngineStatus[]> {
  const runDir = resolve(options.runDir ?? defaultRunDir())
  const state = await readRunState(runDir)
  return Promise.all(ENGINES.map((engine) => engineStatus(engine, runDir, state)))
}

async function engineStatus(
  engine: EngineName,
  runDir: string,
  state: RunState | undefined,
): Promise<EngineStatus> {
  const started = state === undefined ? [] : remembered(state, engine)
  if (state === undefined || started.length === 0) return { engine, state: 'down', processes: [], logs: [] }
  const marker = processMarker(runDir)
  const processes = started.map(({ name, pid }) => ({ name, pid, alive: isOurs(pid, marker) }))
  const logs = started.map(({ logFile }) => logFile)
  const dead = processes.filter(({ alive }) => !alive).map(({ name }) => name)
  if (dead.length > 0)
    return { engine, state: 'failing', processes, logs, reason: `${dead.join(', ')} ended` }
  try {
    await ENGINE_OF[engine].probe(placeOf(runDir, state), AbortSignal.timeout(PROBE_TIMEOUT_MS))
    return { engine, state: 'up', processes, logs }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { engine, state: 'failing', processes, logs, reason }
  }
}

const TASK_MANAGER = 'flink-taskmanager'
const GATEWAY = 'flink-gateway'

async function flinkRun(runDir: string): Promise<{ run: Run; processes: readonly StartedProcess[] }> {
  const state = await readRunState(runDir)
  const processes = state === undefined ? [] : remembered(state, 'flink')
  if (state === undefined || processes.length === 0) {
    throw new EndcapError('ENGINE_UNAVAILABLE', `no Flink was started in '${runDir}'`)
  }
  return { run: new Run(runDir, state), processes }
}

async function killFlink(runDir: string, name: string): Promise<void> {
  const { processes } = await flinkRun(runDir)
  const living = livingProcesses(runDir, processes).find((process) => process.name === name)
  if (living === undefined) throw new EndcapError('ENGINE_UNAVAILABLE', `no ${name} lives`)
  await killProcess(living.pid)
}

function startFlink(runDir: string, name: string): Promise<void> {
  const work = async () => {
    const { run, processes } = await flinkRun(runDir)
    const spec = flinkEngine.processes(run.place).find((process) => process.name === name)
    if (spec === undefined) throw new Error(`bug: Flink has no process '${name}'`)
    const others = processes.filter((process) => process.name !== name)
    const started = await startProcess(spec)
    await run.remember('flink', [...others, started])
    await waitReady('flink', run.place, [started])
  }
  return withLock(lockOf(runDir), work, () => {})
}

/** Log file per process of the engines, whether they run or not. */
export function stackLogs(
  engines: readonly EngineName[],
  runDir: string = defaultRunDir(),
): readonly string[] {
  const place = placeOf(resolve(runDir), { portBase: DEFAULT_PORT_BASE, secret: '' })
  return engines.flatMap((engine) =>
    ENGINE_OF[engine].processes(place).map(({ name }) => logFileOf(place.runDir, name)),
  )
}
