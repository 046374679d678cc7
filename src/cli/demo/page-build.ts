import { existsSync, globSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DAY_MS } from '../../core/duration.ts'
import type { Report } from '../progress.ts'
import { withLock } from '../stack/folder-lock.ts'
import { hashOf, installOwnPackages, runToEnd } from './own-packages.ts'

/** The built page, or why there is none. */
export type Page =
  | { readonly kind: 'built'; readonly folder: string; readonly wasReused: boolean }
  | { readonly kind: 'absent'; readonly reason: string }

/** The package of the page: sources, and where they are built. */
export const WEB_FOLDER = new URL('../../web/', import.meta.url).pathname

const BUILD_LIMIT_MS = 60_000
/** Builds of other sources are kept for this long. */
const KEPT_MS = DAY_MS

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
  await installOwnPackages(web, () => report('first use, installing what builds it'))
  report('building')
  const fresh = `${folder}.${process.pid}`
  const vite = join(web, 'node_modules', 'vite', 'bin', 'vite.js')
  await runToEnd({
    name: '`vite build`',
    command: process.execPath,
    args: [vite, 'build', '--outDir', fresh, '--emptyOutDir', '--logLevel', 'warn'],
    cwd: web,
    limitMs: BUILD_LIMIT_MS,
  })
  removeOld(join(web, 'dist'))
  renameSync(fresh, folder)
  return { kind: 'built', folder, wasReused: false }
}

/** Builds of sources that are no more, and what interrupted ones left. Fresh ones may be those of a demo that runs. */
function removeOld(dist: string): void {
  for (const name of readdirSync(dist)) {
    const path = join(dist, name)
    const ageMs = Date.now() - statSync(path).mtimeMs
    if (ageMs > KEPT_MS && !name.endsWith('.lock')) rmSync(path, { recursive: true, force: true })
  }
}

/** Of everything that the built page is made of. */
function sourcesHash(web: string): string {
  const own = ['package.json', 'package-lock.json', 'tsconfig.json', 'vite.config.ts']
  const sources = globSync('shop/**/*.{ts,tsx,css,html,svg}', { cwd: web })
    .filter((file) => !file.endsWith('.test.ts'))
    .toSorted()
  return hashOf([...own, ...sources].map((file) => join(web, file)).filter((file) => existsSync(file)))
}
