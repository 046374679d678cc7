import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { EndcapError } from '../../core/errors.ts'
import { isOurs } from './process.ts'
import { ENGINES, type EngineName } from './types.ts'

/** A process that was started, whether it still lives or not. */
export type StartedProcess = { readonly name: string; readonly pid: number; readonly logFile: string }

/** What a run folder remembers: enough to stop everything after a crash of whoever started it. */
export type RunState = {
  readonly format: 1
  readonly portBase: number
  /** Part of Spark's path; see `stackEndpoints`. */
  readonly secret: string
  readonly processes: Readonly<Partial<Record<EngineName, readonly StartedProcess[]>>>
}

const stateFile = (runDir: string): string => join(runDir, 'state.json')

/** Stands in the command line of every process of the run folder, so that a reused id is not taken for ours. */
export const processMarker = (runDir: string): string => `-Dendcap.stack=${runDir}`

function isRunState(value: unknown): value is RunState {
  return (
    typeof value === 'object' &&
    value !== null &&
    'format' in value &&
    value.format === 1 &&
    'portBase' in value &&
    typeof value.portBase === 'number' &&
    'secret' in value &&
    typeof value.secret === 'string' &&
    'processes' in value &&
    typeof value.processes === 'object' &&
    value.processes !== null &&
    Object.keys(value.processes).every((name) => (ENGINES as readonly string[]).includes(name))
  )
}

/** Undefined if nothing was ever started there. @throws EndcapError UNKNOWN_FORMAT for a file that is not ours. */
export async function readRunState(runDir: string): Promise<RunState | undefined> {
  const file = stateFile(runDir)
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
  const value: unknown = JSON.parse(text)
  if (isRunState(value)) return value
  throw new EndcapError('UNKNOWN_FORMAT', `'${file}' was not written by this version of endcap stack`, {
    remedy: 'Stop its processes by hand and remove the folder.',
  })
}

/** Replaces the state in one step. */
export async function writeRunState(runDir: string, state: RunState): Promise<void> {
  await mkdir(runDir, { recursive: true })
  const file = stateFile(runDir)
  await writeFile(`${file}.new`, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 })
  await rename(`${file}.new`, file)
}

export const livingProcesses = (
  runDir: string,
  processes: readonly StartedProcess[],
): readonly StartedProcess[] => processes.filter(({ pid }) => isOurs(pid, processMarker(runDir)))
