import { accessSync, constants, existsSync, statfsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { EndcapError } from '../../core/errors.ts'
import { installFolder, stackHome } from '../stack/home.ts'
import { missingRequirements } from '../stack/requirements.ts'
import { ENGINES } from '../stack/types.ts'
import { failed, ok, type Verdict } from './check.ts'

const MIB = 1024 * 1024
const NODE_MAJOR = 24
/** A shop of some 100,000 shoppers with its log, lake and a model. */
const DATA_MIB = 2048
/** Kafka, Flink, Spark and what they write in a test: about 3 GiB installed, the rest for data. */
const STACK_MIB = 6144

/** Node, its native packages, room and rights for data. @param folder where a shop's data would lie */
export async function machineChecks(folder: string): Promise<readonly Verdict[]> {
  return [
    nodeCheck(process.versions.node),
    ...(await Promise.all(NATIVE.map(packageCheck))),
    ...folderChecks(folder),
  ]
}

/** @param version as Node says it, `24.21.0` */
export function nodeCheck(version: string): Verdict {
  const major = Number(version.split('.')[0])
  return major >= NODE_MAJOR
    ? ok('node', `Node ${version}`)
    : failed(
        'node',
        `Node ${version}, wanted is ${NODE_MAJOR} or newer`,
        'Start by `./endcap`, which brings its own Node, or install Node 24.',
      )
}

/** Packages that bring a binary for each platform. */
const NATIVE = [
  { name: 'lmdb', load: () => import('../../event-log/lmdb/lmdb-log.ts') },
  { name: 'DuckDB', load: () => import('../../features/lake/duckdb/duckdb-session.ts') },
] as const

async function packageCheck({ name, load }: (typeof NATIVE)[number]): Promise<Verdict> {
  try {
    await load()
    return ok(name, 'its binary loads')
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    return failed(
      name,
      `its binary does not load: ${reason}`,
      'Run `npm ci` on this machine, with the network.',
    )
  }
}

function folderChecks(folder: string): readonly Verdict[] {
  const place = existing(resolve(folder))
  return [writable(place), room('disk', place, DATA_MIB)]
}

/** The folder, or the nearest one above it that is there. */
function existing(folder: string): string {
  return existsSync(folder) ? folder : existing(dirname(folder))
}

function writable(folder: string): Verdict {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK)
    return ok('folder', `${folder} can be written`)
  } catch {
    return failed(
      'folder',
      `${folder} cannot be written`,
      `Give this user the right to write ${folder}, or choose another --data-dir.`,
    )
  }
}

function room(check: string, folder: string, wantedMib: number): Verdict {
  const { bavail, bsize } = statfsSync(folder)
  const freeMib = Math.floor((bavail * bsize) / MIB)
  return freeMib >= wantedMib
    ? ok(check, `${freeMib} MiB free at ${folder}`)
    : failed(
        check,
        `${freeMib} MiB free at ${folder}, wanted are ${wantedMib}`,
        `Make room at ${folder}, or choose another place.`,
      )
}

/** JDK, Maven, Python, room for the engines, and whether they are installed. */
export async function stackChecks(): Promise<readonly Verdict[]> {
  const missing = await missingRequirements(ENGINES)
  const names = ['JDK 17', 'Maven', 'Python 3']
  return [
    ...names.map((name) => {
      const lack = missing.find((one) => one.name === name)
      return lack === undefined ? ok(name, 'is there') : failed(name, lack.reason, lack.remedy)
    }),
    room('engines’ disk', existing(stackHome()), STACK_MIB),
    existsSync(installFolder())
      ? ok('engines', `installed in ${installFolder()}`)
      : failed('engines', 'are not installed', 'Run `endcap stack install`; `endcap stack up` does it, too.'),
  ]
}

/** What the shop says of itself can be read, and every definition planned. */
export async function shopCheck(): Promise<Verdict> {
  try {
    const { catalogDefinitions } = await import('../verification/definitions.ts')
    const { views, batchViews, pairs } = catalogDefinitions()
    return ok('catalog', `${views.length + batchViews.length} views and ${pairs.length} pair statistics`)
  } catch (error) {
    if (error instanceof EndcapError) return failed('catalog', error.message, error.remedy)
    throw error
  }
}
