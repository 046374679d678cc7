import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Report } from '../progress.ts'
import { withLock } from '../stack/folder-lock.ts'

/** The built page, or why there is none. */
export type Page =
  | { readonly kind: 'built'; readonly folder: string; readonly wasReused: boolean }
  | { readonly kind: 'absent'; readonly reason: string }

/** The package of the page: sources, and where they are built. */
export const WEB_FOLDER = new URL('../../web/', import.meta.url).pathname

/** `npm ci` ends within this time or is given up: a demo has 120 s in all. */
const INSTALL_LIMIT_MS = 75_000
const BUILD_LIMIT_MS = 60_000

/**
 * The page as built from the sources of a package: built on first use, after an installation of what that needs,
 * and used again while the sources are the same. Never throws: a demo without its page is still one.
 */
export async function buildPage(web: string, report: Report): Promise<Page> {
  try {
    const folder = join(web, 'dist', sourcesHash(web))
    if (existsSync(folder)) return { kind: 'built', folder, wasReused: true }
    const lock = join(web, 'dist', 'build.lock')
    return await withLock(
      lock,
      () => build(web, folder, report),
      () => report('another process builds it'),
    )
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error)
    return {
      kind: 'absent',
      reason: `The page could not be built: ${said}. It needs the npm registry once; start the demo again when it can be reached.`,
    }
  }
}

async function build(web: string, folder: string, report: Report): Promise<Page> {
  if (existsSync(folder)) return { kind: 'built', folder, wasReused: true }
  await install(web, report)
  report('building')
  const fresh = `${folder}.${process.pid}`
  const vite = join(web, 'node_modules', 'vite', 'bin', 'vite.js')
  const args = [vite, 'build', '--outDir', fresh, '--emptyOutDir', '--logLevel', 'warn']
  await run({ command: process.execPath, args, cwd: web, limitMs: BUILD_LIMIT_MS })
  for (const name of readdirSync(join(web, 'dist'))) {
    const isOurs = join(web, 'dist', name) === fresh || name.endsWith('.lock')
    if (!isOurs) rmSync(join(web, 'dist', name), { recursive: true, force: true })
  }
  renameSync(fresh, folder)
  return { kind: 'built', folder, wasReused: false }
}

/** Installs what the lock file says, unless that is there. */
async function install(web: string, report: Report): Promise<void> {
  const lockHash = hashOf([join(web, 'package-lock.json')])
  const marker = join(web, 'node_modules', '.installed-lock')
  if (existsSync(marker) && readFileSync(marker, 'utf8') === lockHash) return
  report('first use, installing what builds it')
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--ignore-scripts', '--prefer-offline']
  await run({ command: 'npm', args: [...args, '--fetch-retries=1'], cwd: web, limitMs: INSTALL_LIMIT_MS })
  writeFileSync(marker, lockHash)
}

/** Of everything that the built page is made of. */
function sourcesHash(web: string): string {
  const sources = globSync('shop/**/*.{ts,tsx,css,html,svg}', { cwd: web })
    .filter((file) => !file.endsWith('.test.ts'))
    .toSorted()
  const own = ['package.json', 'package-lock.json', 'tsconfig.json', 'vite.config.ts']
  return hashOf([...own, ...sources].map((file) => join(web, file)).filter((file) => existsSync(file)))
}

function hashOf(files: readonly string[]): string {
  const hash = createHash('sha256')
  for (const file of files) hash.update(file).update('\0').update(readFileSync(file)).update('\0')
  return hash.digest('hex').slice(0, 16)
}

type Run = {
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly limitMs: number
}

/** Runs a program to its end. @throws Error with the last it said, if it fails or takes longer than the limit */
async function run({ command, args, cwd, limitMs }: Run): Promise<void> {
  const name = command === 'npm' ? '`npm ci`' : '`vite build`'
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], timeout: limitMs })
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
    else reject(new Error(`${name} failed: ${said.trim().split('\n').slice(0, 3).join(' ')}`))
  })
  await promise
}
