import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { anonMbOf, verbArguments } from './verb-run.ts'

/** `endcap serve` on a data folder, in a process of its own; ended with the scope. */
export class ServedShop {
  readonly url: string
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, url: string) {
    this.#child = child
    this.url = url
  }

  /** Resolves once it listens. @throws Error if it ends instead */
  static async start(dataDir: string, options: readonly string[] = []): Promise<ServedShop> {
    const args = verbArguments(['serve', '--data-dir', dataDir, '--port', '0', ...options])
    const child = spawn(process.execPath, [...args], { stdio: ['ignore', 'pipe', 'ignore'] })
    for await (const line of createInterface({ input: child.stdout })) {
      const said: { readonly url?: string } = JSON.parse(line)
      if (said.url !== undefined) return new ServedShop(child, said.url)
    }
    throw new Error('the server of the benchmark ended early')
  }

  /** Memory of its own, MB; null where the system does not tell. */
  get anonMb(): number | null {
    return anonMbOf(this.#child.pid)
  }

  async get<T>(path: string): Promise<T> {
    return this.#answer<T>(await fetch(`${this.url}${path}`))
  }

  async post<T>(path: string, body: unknown): Promise<T> {
    const headers = { 'content-type': 'application/json' }
    return this.#answer<T>(
      await fetch(`${this.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) }),
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    await ended
  }

  async #answer<T>(response: Response): Promise<T> {
    if (!response.ok) throw new Error(`${response.status} from the server: ${await response.text()}`)
    return (await response.json()) as T
  }
}
