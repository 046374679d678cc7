import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { EndcapError } from '../../core/errors.ts'

const START_MS = 240_000

/** PyPI's MLflow in processes of its own, ended with the scope: serving a model folder, or keeping runs and models. */
export class MlflowServer {
  readonly url: string
  readonly #child: ChildProcess
  #output = ''

  private constructor(child: ChildProcess, url: string) {
    this.#child = child
    this.url = url
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (part: Buffer) => {
        this.#output = (this.#output + part.toString()).slice(-4000)
      })
    }
  }

  /**
   * A model folder, served. Resolves once it answers.
   * @param bin of the environment `mlflow`
   * @throws EndcapError ENGINE_FAILED with its output if it ends
   */
  static start(bin: string, folder: string): Promise<MlflowServer> {
    return MlflowServer.#started(bin, ['models', 'serve', '-m', folder, '--env-manager', 'local'], '/ping')
  }

  /** Runs, artefacts and registered models in a folder of their own. @throws as `start` */
  static tracking(bin: string, folder: string): Promise<MlflowServer> {
    const stores = ['--backend-store-uri', `sqlite:///${folder}/mlflow.db`]
    return MlflowServer.#started(
      bin,
      ['server', ...stores, '--artifacts-destination', join(folder, 'artefacts')],
      '/health',
    )
  }

  static async #started(bin: string, args: readonly string[], health: string): Promise<MlflowServer> {
    const port = await freePort()
    // A group of its own, since it starts others; it finds uvicorn by name.
    const child = spawn(
      join(bin, 'mlflow'),
      [...args, '--host', '127.0.0.1', '--port', String(port), '--workers', '1'],
      {
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` },
      },
    )
    await once(child, 'spawn')
    const server = new MlflowServer(child, `http://127.0.0.1:${port}`)
    try {
      await server.#ready(health)
      return server
    } catch (error) {
      server[Symbol.dispose]()
      throw error
    }
  }

  /** The status and body of an answer to a JSON body. */
  async ask(body: unknown): Promise<{ readonly status: number; readonly body: unknown }> {
    const headers = { 'content-type': 'application/json' }
    const init = { method: 'POST', headers, body: JSON.stringify(body) }
    const response = await fetch(`${this.url}/invocations`, init)
    return { status: response.status, body: await response.json() }
  }

  [Symbol.dispose](): void {
    if (this.#child.pid === undefined) return
    try {
      process.kill(-this.#child.pid, 'SIGKILL')
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
    }
  }

  async #ready(health: string): Promise<void> {
    for (const giveUpAt = Date.now() + START_MS; Date.now() < giveUpAt; await sleep(250)) {
      if (this.#child.exitCode !== null)
        throw new EndcapError('ENGINE_FAILED', `MLflow ended early:\n${this.#output}`)
      const isUp = await fetch(`${this.url}${health}`).then(
        ({ ok }) => ok,
        () => false,
      )
      if (isUp) return
    }
    throw new EndcapError(
      'ENGINE_FAILED',
      `MLflow did not answer within ${START_MS / 1000} s:\n${this.#output}`,
    )
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (address === null || typeof address === 'string') throw new Error('bug: no port')
  return address.port
}
