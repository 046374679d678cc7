import { execFileSync, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

export type ProcessSpec = {
  readonly name: string
  readonly program: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  /** Takes stdout and stderr, after what it holds already. */
  readonly logFile: string
}

const POLL_MS = 50

/** Starts a process that outlives this one. Its id; the process may still fail a moment later. */
export function startDetached(spec: ProcessSpec): Promise<number> {
  const log = openSync(spec.logFile, 'a')
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const child = spawn(spec.program, spec.args, {
    cwd: spec.cwd,
    env: { ...process.env, ...spec.env },
    detached: true,
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  child.once('error', reject)
  child.once('spawn', () => {
    if (child.pid !== undefined) resolve(child.pid)
  })
  child.unref()
  return promise
}

/** Whether a process with this id exists and has not merely left its exit code behind. */
export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
  return !isZombie(pid)
}

function isZombie(pid: number): boolean {
  if (process.platform !== 'linux') return false
  try {
    return / Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1').replace(/^.*\)/s, ''))
  } catch {
    return true // it left between the two looks
  }
}

/** The command line of a living process; empty if it cannot be seen. */
function commandLine(pid: number): string {
  try {
    if (process.platform === 'linux')
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    return execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })
  } catch {
    return ''
  }
}

/** Whether the process lives and is the one that was started with the marker: ids are reused. */
export const isOurs = (pid: number, marker: string): boolean =>
  isAlive(pid) && `${commandLine(pid)} `.includes(`${marker} `)

/** SIGTERM, then SIGKILL after the timeout; returns when the process is gone. */
export async function stopProcess(pid: number, timeoutMs: number): Promise<void> {
  signal(pid, 'SIGTERM')
  const killAt = Date.now() + timeoutMs
  while (isAlive(pid)) {
    if (Date.now() > killAt) signal(pid, 'SIGKILL')
    await sleep(POLL_MS)
  }
}

/** SIGKILL; returns when the process is gone. */
export async function killProcess(pid: number): Promise<void> {
  signal(pid, 'SIGKILL')
  while (isAlive(pid)) await sleep(POLL_MS)
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

/** The last lines of a log; empty if there is no such file. */
export async function logTail(file: string, lines: number): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '')
  return text.trimEnd().split('\n').slice(-lines).join('\n')
}
