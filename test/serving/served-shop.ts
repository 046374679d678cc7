import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const main = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts')

export type ServeOptions = {
  readonly dataDir: string
  readonly words?: readonly string[]
  readonly logLevel?: string
}

/** `endcap serve` in a process of its own, with what it writes to stderr. */
export class ServedShop {
  readonly url: string
  readonly #child: ChildProcess
  readonly #log: string[]

  private constructor(url: string, child: ChildProcess, log: string[]) {
    this.url = url
    this.#child = child
    this.#log = log
  }

  /** @throws Error with what it wrote, if it ends before it listens */
  static async start({ dataDir, words = [], logLevel = 'info' }: ServeOptions): Promise<ServedShop> {
    const argv = [main, 'serve', '--data-dir', dataDir, '--port', '0', '--json', ...words]
    const env = { ...process.env, ENDCAP_LOG_LEVEL: logLevel }
    const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'pipe'], env })
    const log: string[] = []
    child.stderr.setEncoding('utf8').on('data', (text: string) => log.push(text))
    const lines = createInterface(child.stdout)
    const line = await Promise.race([
      once(lines, 'line').then(([text]) => String(text)),
      once(child, 'close').then(() => null),
    ])
    if (line === null) throw new Error(log.join(''))
    const { url }: { readonly url: string } = JSON.parse(line)
    return new ServedShop(url, child, log)
  }

  get log(): string {
    return this.#log.join('')
  }

  signal = (name: NodeJS.Signals): void => {
    this.#child.kill(name)
  }

  /** Exit code, or the signal that ended it, once it has ended. */
  async ended(): Promise<number | string | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'close')
    return this.#child.exitCode ?? this.#child.signalCode
  }

  async stop(name: NodeJS.Signals = 'SIGTERM'): Promise<number | string | null> {
    this.signal(name)
    return this.ended()
  }

  post = (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
    fetch(`${this.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })

  get = (path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
    fetch(`${this.url}${path}`, { headers })
}
