import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { EndcapError } from '../../core/errors.ts'
import { hash8 } from '../../core/hash.ts'
import { runCommand } from '../stack/command.ts'
import { withLock } from '../stack/folder-lock.ts'
import { STACK_SOURCES, stackHome } from '../stack/home.ts'

/** Sets of PyPI packages with their versions: `stack/python/<set>.txt`. */
export const PYTHON_PACKAGES = ['confluent', 'databricks', 'lightgbm', 'mlflow', 'xgboost'] as const

export type PythonPackages = (typeof PYTHON_PACKAGES)[number]

/** Folder of the scripts and package lists. */
export const PYTHON_SOURCES = join(STACK_SOURCES, 'python')

const requirementsOf = (packages: PythonPackages): string => join(PYTHON_SOURCES, `${packages}.txt`)

/** One folder a set and version, beside those of the engines; see `endcap stack`. */
function environmentFolder(packages: PythonPackages): string {
  const versions = hash8(readFileSync(requirementsOf(packages), 'utf8'))
  return join(stackHome(), `python-${packages}-${versions}`)
}

/** Written when everything is there: scripts name their folder, so it cannot be made elsewhere and moved. */
const completeMark = (folder: string): string => join(folder, 'complete')

/** What this machine lacks to make environments; null if it can. */
export async function missingPython(): Promise<string | null> {
  const check = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))'
  try {
    await runCommand({ program: 'python3', args: ['-c', check], timeoutMs: 60_000 })
    return null
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/\s+/g, ' ') : String(error)
    return `Python 3.10 or newer with venv is missing: ${reason}`
  }
}

/**
 * The folder with `python` and the packages' programs of a virtual environment, made on first use and kept for all
 * clones of one user.
 * @throws EndcapError ENGINE_UNAVAILABLE if Python is missing or a download fails
 */
export async function pythonEnvironment(
  packages: PythonPackages,
  report: (line: string) => void,
): Promise<string> {
  const folder = environmentFolder(packages)
  const isThere = () => existsSync(completeMark(folder))
  if (isThere()) return join(folder, 'bin')
  const missing = await missingPython()
  if (missing !== null) {
    throw new EndcapError('ENGINE_UNAVAILABLE', missing, {
      remedy: 'Install Python 3.10 or newer with pip and venv.',
    })
  }
  const install = async () => {
    if (!isThere()) await makeEnvironment(packages, folder, report)
  }
  const onWait = () => report(`waiting for another process that installs ${packages}`)
  await mkdir(dirname(folder), { recursive: true })
  await withLock(`${folder}.lock`, install, onWait)
  return join(folder, 'bin')
}

async function makeEnvironment(
  packages: PythonPackages,
  folder: string,
  report: (line: string) => void,
): Promise<void> {
  report(`${packages}: installing from PyPI into ${folder}`)
  await rm(folder, { recursive: true, force: true })
  await runCommand({ program: 'python3', args: ['-m', 'venv', folder] })
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--requirement']
  await runCommand({ program: join(folder, 'bin', 'python'), args: [...pip, requirementsOf(packages)] })
  await writeFile(completeMark(folder), '')
}
