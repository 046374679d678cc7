import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { EndcapError } from '../../core/errors.ts'
import type { RunPlace } from './engine.ts'
import { ENGINE_OF } from './engines.ts'
import { isOurs, logTail, type ProcessSpec, startDetached, stopProcess } from './process.ts'
import {
  livingProcesses,
  processMarker,
  type RunState,
  type StartedProcess,
  writeRunState,
} from './run-state.ts'
import { READY_TIMEOUT_MS, STOP_TIMEOUT_MS, stackEndpoints, stackPorts } from './settings.ts'
import type { EngineName, StackReport } from './types.ts'

const PROBE_MS = 100
/** How long one question to an engine may take. */
export const PROBE_TIMEOUT_MS = 20_000
const TAIL_LINES = 30

/** Folder, ports and addresses of one run. */
export const placeOf = (runDir: string, state: Pick<RunState, 'portBase' | 'secret'>): RunPlace => {
  const ports = stackPorts(state.portBase)
  return { runDir, ports, endpoints: stackEndpoints(runDir, ports, state.secret) }
}

const secondsSince = (startedAt: number): number => Math.round(performance.now() - startedAt) / 1000

/** The engine's processes as the state remembers them. */
export const remembered = (state: RunState, engine: EngineName): readonly StartedProcess[] =>
  state.processes[engine] ?? []

const allLive = (runDir: string, processes: readonly StartedProcess[]): boolean =>
  processes.length > 0 && livingProcesses(runDir, processes).length === processes.length

/** Starts a process; its log goes on after what an earlier one wrote. */
export async function startProcess(spec: ProcessSpec): Promise<StartedProcess> {
  await mkdir(join(spec.logFile, '..'), { recursive: true })
  return { name: spec.name, pid: await startDetached(spec), logFile: spec.logFile }
}

/** The first process that has died, with the end of its log. */
async function assertAlive(
  engine: EngineName,
  runDir: string,
  processes: readonly StartedProcess[],
): Promise<void> {
  const dead = processes.find(({ pid }) => !isOurs(pid, processMarker(runDir)))
  if (dead === undefined) return
  throw new EndcapError(
    'ENGINE_FAILED',
    `process ${dead.name} ended; last lines of ${dead.logFile}:\n${await logTail(dead.logFile, TAIL_LINES)}`,
    { place: engine },
  )
}

/** Asks until the engine answers. @throws EndcapError ENGINE_FAILED with the end of the log */
export async function waitReady(
  engine: EngineName,
  place: RunPlace,
  processes: readonly StartedProcess[],
): Promise<void> {
  const giveUpAt = Date.now() + READY_TIMEOUT_MS
  for (;;) {
    await assertAlive(engine, place.runDir, processes)
    try {
      return await ENGINE_OF[engine].probe(place, AbortSignal.timeout(PROBE_TIMEOUT_MS))
    } catch (cause) {
      if (Date.now() < giveUpAt) {
        await sleep(PROBE_MS)
        continue
      }
      const tails = await Promise.all(
        processes.map(
          async ({ name, logFile }) => `${name} (${logFile}):\n${await logTail(logFile, TAIL_LINES)}`,
        ),
      )
      throw new EndcapError(
        'ENGINE_FAILED',
        `no answer within ${READY_TIMEOUT_MS / 1000} s; last lines of the logs:\n${tails.join('\n')}`,
        { place: engine, cause },
      )
    }
  }
}

/** Whether the engine's processes live and it answers, tried once. */
export async function isUp(engine: EngineName, place: RunPlace, state: RunState): Promise<boolean> {
  if (!allLive(place.runDir, remembered(state, engine))) return false
  return ENGINE_OF[engine].probe(place, AbortSignal.timeout(PROBE_TIMEOUT_MS)).then(
    () => true,
    () => false,
  )
}

/** The run folder's state while this process holds its lock: every change is on disk before the next step. */
export class Run {
  readonly place: RunPlace
  #state: RunState
  /** Later writes wait for earlier ones: engines start at the same time and share one file. */
  #writing: Promise<void> = Promise.resolve()
  readonly #ending = new Set<EngineName>()
  readonly #launches = new Map<EngineName, Promise<readonly StartedProcess[]>>()

  constructor(runDir: string, state: RunState) {
    this.place = placeOf(runDir, state)
    this.#state = state
  }

  get state(): RunState {
    return this.#state
  }

  /** What lives of an engine from now on; on disk when it resolves. */
  remember(engine: EngineName, processes: readonly StartedProcess[]): Promise<void> {
    const { [engine]: _, ...others } = this.#state.processes
    this.#state = {
      ...this.#state,
      processes: processes.length === 0 ? others : { ...others, [engine]: processes },
    }
    const state = this.#state
    this.#writing = this.#writing.then(() => writeRunState(this.place.runDir, state))
    return this.#writing
  }

  /** Seconds from the first step to the first answer. @throws EndcapError ENGINE_FAILED with the end of the log */
  async start(engine: EngineName, report: StackReport): Promise<number> {
    const startedAt = performance.now()
    this.#ending.delete(engine)
    const launch = this.#launch(engine)
    this.#launches.set(engine, launch)
    await waitReady(engine, this.place, await launch)
    const seconds = secondsSince(startedAt)
    report(`${engine}: up in ${seconds.toFixed(1)} s`)
    return seconds
  }

  async #launch(engine: EngineName): Promise<readonly StartedProcess[]> {
    const definition = ENGINE_OF[engine]
    await definition.prepare(this.place)
    const processes: StartedProcess[] = []
    for (const spec of definition.processes(this.place)) {
      if (this.#ending.has(engine)) break
      await rm(spec.logFile, { force: true })
      processes.push(await startProcess(spec))
      await this.remember(engine, processes)
    }
    return processes
  }

  /**
   * SIGTERM to all processes of the engine, SIGKILL to what stays; then its folder goes, unless data is kept.
   * An engine that is being started is stopped as well: what was about to be launched is not.
   */
  async stop(engine: EngineName, keepData: boolean): Promise<void> {
    this.#ending.add(engine)
    await this.#launches.get(engine)?.catch(() => {}) // its caller hears of the failure
    const living = livingProcesses(this.place.runDir, remembered(this.#state, engine))
    await Promise.all(living.map(({ pid }) => stopProcess(pid, STOP_TIMEOUT_MS)))
    await this.remember(engine, [])
    if (!keepData) await rm(join(this.place.runDir, engine), { recursive: true, force: true })
  }
}
