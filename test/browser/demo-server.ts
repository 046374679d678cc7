import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** A demo that runs in a folder of its own. */
export type DemoServer = { readonly url: string; readonly stop: () => Promise<void> }

/** Starts `endcap demo`, as a person would; resolves once it answers. @param args beyond where it listens */
export async function startDemo(...args: readonly string[]): Promise<DemoServer> {
  const folder = mkdtempSync(join(tmpdir(), 'endcap-browser-'))
  const endcap = join(import.meta.dirname, '..', '..', 'endcap')
  const where = ['--no-open', '--json', '--port', '0', '--data-dir', join(folder, 'shop')]
  const child = spawn(endcap, ['demo', ...where, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const url = await addressOf(child)
  return {
    url,
    stop: async () => {
      child.kill('SIGTERM')
      await once(child, 'exit')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** What it says on its first line. @throws Error if it ends before */
async function addressOf(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('bug: no stdout')
  const lines = createInterface(child.stdout)
  const line = once(lines, 'line') as Promise<[string]>
  const end = once(child, 'exit').then(([code]) => {
    throw new Error(`endcap demo ended with ${String(code)} before it answered`)
  })
  const [said] = await Promise.race([line, end])
  end.catch(() => {})
  const { url }: { readonly url: string } = JSON.parse(said)
  return url
}
