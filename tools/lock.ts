import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Writes package-lock.json of every package of the repository, whole. A registry that does not serve the packages
 * of other platforms makes npm leave their optional entries out, and then `npm ci` refuses the file. Their parents
 * pin them exactly, so the entries can be written from the pins. Run by `npm run lock`.
 */
const PACKAGES = ['.', 'src/web', 'test/browser', 'vision', 'deploy/confluent', 'test/cloud/databricks-types']

type Entry = {
  version?: string
  dev?: boolean
  optional?: boolean
  os?: string[]
  cpu?: string[]
  libc?: string[]
  optionalDependencies?: Record<string, string>
}
type Lockfile = { packages: Record<string, Entry> }

const OS = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
]
const CPU = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64']

/** What the name of a platform package says of its platform. */
function platformOf(name: string): Pick<Entry, 'os' | 'cpu' | 'libc'> {
  const words = name.split(/[/\-_.]/)
  const os = OS.filter((word) => words.includes(word))
  const cpu = CPU.filter((word) => words.includes(word))
  const libc = words.includes('musl') ? ['musl'] : words.includes('gnu') ? ['glibc'] : []
  return {
    ...(os.length > 0 ? { os } : {}),
    ...(cpu.length > 0 ? { cpu } : {}),
    ...(libc.length > 0 ? { libc } : {}),
  }
}

const root = join(import.meta.dirname, '..')
const read = (file: string): Lockfile => JSON.parse(readFileSync(file, 'utf8'))
const rootLockfile = join(root, 'package-lock.json')

/** An exact pin as it is; a range only as what the root's lock file took for it. */
function pinned(name: string, wanted: string): string {
  const version = /^[0-9]/.test(wanted)
    ? wanted
    : read(rootLockfile).packages[`node_modules/${name}`]?.version
  if (version === undefined) throw new Error(`${name}@${wanted} is not an exact pin: add it by hand`)
  return version
}

function complete(file: string): readonly string[] {
  const lockfile = read(file)
  const added: string[] = []
  for (const [path, entry] of Object.entries(lockfile.packages)) {
    for (const [name, wanted] of Object.entries(entry.optionalDependencies ?? {})) {
      const nested = `${path}/node_modules/${name}`
      if (nested in lockfile.packages || `node_modules/${name}` in lockfile.packages) continue
      const version = pinned(name, wanted)
      lockfile.packages[`node_modules/${name}`] = {
        version,
        ...(entry.dev === true ? { dev: true } : {}),
        optional: true,
        ...platformOf(name),
      }
      added.push(`${name}@${version}`)
    }
  }
  const sorted = Object.entries(lockfile.packages).toSorted(([a], [b]) => (a < b ? -1 : 1))
  writeFileSync(file, `${JSON.stringify({ ...lockfile, packages: Object.fromEntries(sorted) }, null, 2)}\n`)
  return added
}

for (const folder of PACKAGES) {
  const cwd = join(root, folder)
  execFileSync('npm', ['install', '--package-lock-only', '--ignore-scripts', '--silent'], { cwd })
  process.stdout.write(`${folder}: ${complete(join(cwd, 'package-lock.json')).length} entries added\n`)
}
