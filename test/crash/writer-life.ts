import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { ChildMessage, ParentMessage } from './writer-child.ts'

/** Bodies that are under way at a time. */
const IN_FLIGHT = 4

/** One process that writes to a folder, from its start to its end. */
export class WriterLife {
  readonly #child: ChildProcess
  readonly #said = new Map<ChildMessage['kind'], ChildMessage>()
  #wake: () => void = () => {}
  replayed = 0
  /** Number of the body after the last one that was answered, and that was sent. */
  answered = 0
  sent = 0

  constructor(folder: string) {
    const script = join(import.meta.dirname, 'writer-child.ts')
    const env = { ...process.env, NODE_COMPILE_CACHE: join(folder, 'compile-cache') }
    this.#child = fork(script, [folder], { stdio: 'inherit', env })
    this.#child.on('message', (message: ChildMessage) => {
      this.#said.set(message.kind, message)
      if (message.kind === 'ready') this.replayed = message.replayed
      if (message.kind === 'taken') this.answered = message.body + 1
      this.#wake()
    })
    this.#child.on('exit', () => this.#wake())
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  get isReady(): boolean {
    return this.#said.has('ready')
  }

  loaded = (): Promise<void> => this.#until(() => this.#said.has('loaded'))
  open = (): void => this.#tell({ kind: 'open' })
  ready = (): Promise<void> => this.#until(() => this.isReady)

  /** Sends bodies `[from, to)`, a few at a time; ends when all are answered or the process has died. */
  async send(bodies: readonly string[], from: number, to: number): Promise<void> {
    this.answered = from
    this.sent = from
    while (this.answered < to && this.isAlive) {
      while (this.sent < to && this.sent < this.answered + IN_FLIGHT && this.#child.connected) {
        this.#tell({ kind: 'take', body: this.sent, text: bodies[this.sent] ?? '[]' })
        this.sent += 1
      }
      const before = this.answered
      await this.#until(() => this.answered > before)
    }
  }

  /** @throws Error if it ended by itself */
  async kill(): Promise<void> {
    if (!this.isAlive) throw new Error(`the writer ended by itself: ${this.#child.exitCode}`)
    const exited = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await exited
  }

  async close(): Promise<{ readonly hash: string; readonly position: number }> {
    const exited = once(this.#child, 'exit')
    this.#tell({ kind: 'close' })
    await exited
    const closed = this.#said.get('closed')
    if (closed?.kind !== 'closed') throw new Error('the writer ended without closing')
    return { hash: closed.hash, position: closed.position }
  }

  #tell(message: ParentMessage): void {
    // A message to a process that is being killed is lost, as on a network.
    this.#child.send(message, () => {})
  }

  async #until(holds: () => boolean): Promise<void> {
    while (!holds() && this.isAlive) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}
