import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { EndcapError } from '../../core/errors.ts'

/** What a verb of the command line said with `--json`, and the most memory that it held of its own. */
export type VerbRun = {
  readonly answer: Readonly<Record<string, unknown>>
  /** Peak of RssAnon, MB (2^20 bytes), looked at every 20 ms from outside; null where the system does not tell. */
  readonly peakAnonMb: number | null
}

const SAMPLE_MS = 20
const MAIN = fileURLToPath(new URL(`../main${extname(import.meta.filename)}`, import.meta.url))

/** Arguments that run a verb of this checkout with the Node that runs now, and as much memory. */
export const verbArguments = (args: readonly string[]): readonly string[] => [
  ...process.execArgv.filter((option) => option.startsWith('--max-')),
  MAIN,
  ...args,
  '--json',
]

/** Runs a verb in a process of its own. @throws EndcapError ENGINE_FAILED if it fails */
export const runVerb = (...args: readonly string[]): Promise<VerbRun> => runVerbAloud(args, () => {})

/** The same, telling what the verb says of its progress. @throws EndcapError ENGINE_FAILED if it fails */
export async function runVerbAloud(args: readonly string[], tell: (text: string) => void): Promise<VerbRun> {
  const child = spawn(process.execPath, verbArguments(args), { stdio: ['ignore', 'pipe', 'pipe'] })
  const said = { out: '', err: '' }
  child.stdout.on('data', (part: Buffer) => {
    said.out += part.toString()
  })
  child.stderr.on('data', (part: Buffer) => {
    said.err += part.toString()
    tell(part.toString().trimEnd())
  })
  let peakAnonMb: number | null = null
  const sampler = setInterval(() => {
    const now = anonMbOf(child.pid)
    if (now !== null) peakAnonMb = Math.max(peakAnonMb ?? 0, now)
  }, SAMPLE_MS)
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject)
      child.on('close', resolve)
    })
    if (code !== 0) {
      throw new EndcapError('ENGINE_FAILED', `'endcap ${args.join(' ')}' ended with ${code}: ${said.err}`)
    }
    return { answer: JSON.parse(said.out), peakAnonMb }
  } finally {
    clearInterval(sampler)
    if (child.exitCode === null) child.kill('SIGKILL')
  }
}

/** Memory of a process that no file backs, MB; null once it has ended, or where the system does not tell. */
export function anonMbOf(pid: number | undefined): number | null {
  try {
    const kb = /^RssAnon:\s+([0-9]+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kb === undefined ? null : Math.round(Number(kb) / 1024)
  } catch {
    return null
  }
}
