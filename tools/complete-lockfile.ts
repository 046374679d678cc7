import { readFileSync, writeFileSync } from 'node:fs'

/**
 * Completes package-lock.json after `npm install`: a registry that does not serve the packages of other platforms
 * makes npm leave their optional entries out, and then `npm ci` refuses the file. Their parents pin them exactly,
 * so the entries can be written from the pins. Run by `npm run lock`.
 */
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

const file = new URL('../package-lock.json', import.meta.url)
const lockfile: Lockfile = JSON.parse(readFileSync(file, 'utf8'))
const added: string[] = []
for (const [path, entry] of Object.entries(lockfile.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const nested = `${path}/node_modules/${name}`
    if (nested in lockfile.packages || `node_modules/${name}` in lockfile.packages) continue
    if (!/^[0-9]/.test(version))
      throw new Error(`${name}@${version} of ${path} is not an exact pin: add it by hand`)
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
process.stdout.write(`${added.length} entries added\n`)
