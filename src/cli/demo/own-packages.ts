import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** `npm ci` ends within this time or is given up: a demo has 120 s in all. */
const INSTALL_LIMIT_MS = 75_000

/**
 * Installs a package's dependencies as its lock file says, unless that is there already. No scripts are run.
 * @param onStart is told when something has to be installed
 * @throws Error with the last that npm said
 */
export async function installOwnPackages(folder: string, onStart: () => void): Promise<void> {
  const lockHash = hashOf([join(folder, 'package-lock.json')])
  const marker = join(folder, 'node_modules', '.installed-lock')
  if (existsSync(marker) && readFileSync(marker, 'utf8') === lockHash) return
  onStart()
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--ignore-scripts', '--prefer-offline']
  await runToEnd({
    name: '`npm ci`',
    command: 'npm',
    args: [...args, '--include=dev', '--fetch-retries=1'],
    cwd: folder,
    limitMs: INSTALL_LIMIT_MS,
  })
  writeFileSync(marker, lockHash)
}

/** Of the contents of files, in this order. */
export function hashOf(files: readonly string[]): string {
  const hash = createHash('sha256')
  for (const file of files) hash.update(readFileSync(file)).update('\0')
  return hash.digest('hex').slice(0, 16)
}

export type Run = {
  /** For people. */
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly limitMs: number
}

/** Runs a program to its end. @throws Error with what it said first, if it fails or takes longer than the limit */
export async function runToEnd({ name, command, args, cwd, limitMs }: Run): Promise<void> {
  // Whatever the caller is in, what is installed and built is the page that people see.
  const env = { ...process.env, NODE_ENV: 'production' }
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: limitMs })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let said = ''
  const hear = (chunk: Buffer): void => {
    said = `${said}${chunk.toString('utf8')}`.slice(-2000)
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  child.once('error', (cause) =>
    reject(new Error(`${name} could not be started (${cause.message})`, { cause })),
  )
  child.once('close', (code, signal) => {
    if (code === 0) resolve()
    else if (signal !== null) reject(new Error(`${name} did not end within ${limitMs / 1000} s`))
    else reject(new Error(`${name} failed: ${gistOf(said)}`))
  })
  await promise
}

/** Lines that say nothing to whoever only wanted a demo: where in the program it was, and numbers of errors. */
const NOISE = /^(npm error)?\s*(at |code |errno |syscall |A complete log|$)/

/** The first few lines that say something. */
const gistOf = (said: string): string =>
  said
    .split('\n')
    .filter((line) => !NOISE.test(line))
    .slice(0, 3)
    .map((line) => line.replace(/^npm error /, '').trim())
    .join(' ')
