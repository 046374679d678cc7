import { spawn } from 'node:child_process'
import { EndcapError } from '../../core/errors.ts'

export type Command = {
  readonly program: string
  readonly args: readonly string[]
  readonly cwd?: string
  /** Stops the command after this long. Default: no limit. */
  readonly timeoutMs?: number
  /** Ends the command when aborted. */
  readonly signal?: AbortSignal
}

const TAIL_CHARACTERS = 4000

/**
 * What the command printed, stdout and stderr in the order in which they came.
 * @throws EndcapError ENGINE_UNAVAILABLE with the end of the output, if it cannot be run or its exit code is not 0.
 */
export function runCommand(command: Command): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const text = [command.program, ...command.args].join(' ')
  const child = spawn(command.program, command.args, {
    cwd: command.cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: command.timeoutMs,
    // A group of its own: programs such as pip and mvn may be scripts that start others.
    detached: true,
  })
  const end = () => {
    if (child.pid !== undefined) endGroup(child.pid)
  }
  command.signal?.addEventListener('abort', end, { once: true })
  let output = ''
  const collect = (chunk: Buffer) => {
    output += chunk.toString('utf8')
  }
  child.stdout.on('data', collect)
  child.stderr.on('data', collect)
  child.on('error', (cause) => {
    reject(
      new EndcapError('ENGINE_UNAVAILABLE', `cannot run '${command.program}': ${cause.message}`, { cause }),
    )
  })
  child.on('close', (code, signal) => {
    command.signal?.removeEventListener('abort', end)
    if (code === 0) return resolve(output)
    const how = signal === null ? `exit code ${code}` : `signal ${signal}`
    reject(
      new EndcapError(
        'ENGINE_UNAVAILABLE',
        `'${text}' ended with ${how}:\n${output.slice(-TAIL_CHARACTERS).trim()}`,
      ),
    )
  })
  return promise
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
