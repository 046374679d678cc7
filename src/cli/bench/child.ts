import { type ChildProcess, fork, spawnSync } from 'node:child_process'
import { cpus } from 'node:os'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Whether a process can be held to one core of several. */
export const canPin = (): boolean => cpus().length > 1 && spawnSync('taskset', ['--version']).status === 0

/** A script of this folder in a process of its own, spoken to in messages; ended with the scope. */
export class BenchChild<Said extends { readonly kind: string }> {
  readonly #child: ChildProcess
  readonly #said: Said[] = []
  #wake: () => void = () => {}

  /** @param core the one core that it may use; absent, or without `taskset`: any */
  constructor(name: string, args: readonly string[] = [], core?: number) {
    const script = fileURLToPath(new URL(`./${name}${extname(import.meta.filename)}`, import.meta.url))
    const pinned =
      core === undefined || !canPin()
        ? {}
        : { execPath: 'taskset', execArgv: ['-c', String(core), process.execPath, ...process.execArgv] }
    this.#child = fork(script, [...args], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], ...pinned })
    this.#child.on('message', (message: Said) => {
      this.#said.push(message)
      this.#wake()
    })
    this.#child.on('exit', () => this.#wake())
  }

  tell(message: string | object): void {
    this.#child.send(message)
  }

  /** The next message of the kind. @throws Error if the process ends first */
  async hear<Kind extends Said['kind']>(kind: Kind): Promise<Extract<Said, { kind: Kind }>> {
    for (;;) {
      const place = this.#said.findIndex((message) => message.kind === kind)
      const [message] = place < 0 ? [] : this.#said.splice(place, 1)
      if (message !== undefined) return message as Extract<Said, { kind: Kind }>
      if (!this.#isAlive) throw new Error(`a process of the benchmark ended early (${this.#child.exitCode})`)
      await this.#somethingHappens()
    }
  }

  async ended(): Promise<void> {
    while (this.#isAlive) await this.#somethingHappens()
  }

  [Symbol.dispose](): void {
    if (this.#isAlive) this.#child.kill('SIGKILL')
  }

  get #isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  #somethingHappens(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }
}
