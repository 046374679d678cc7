import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { EndcapError } from '../../core/errors.ts'
import { runCommand } from './command.ts'
import { withLock } from './folder-lock.ts'
import { installFolder, STACK_SOURCES } from './home.ts'
import { assertRequirements } from './requirements.ts'
import { withCleanupOnSignal } from './signals.ts'
import type { EngineName, StackReport } from './types.ts'
import { readVersions, type Versions } from './versions.ts'

const VERSIONS = readVersions()

/** The version of one part. */
function version(versions: Versions, part: string): string {
  const found = versions[part]
  if (found === undefined) throw new Error(`bug: no version of ${part}`)
  return found
}

/** The jars of `stack/<engine>/pom.xml` with its versions from `versions.json`, into `target`. */
async function copyMavenJars(
  engine: EngineName,
  versions: Versions,
  target: string,
  signal: AbortSignal,
): Promise<void> {
  const goal = `org.apache.maven.plugins:maven-dependency-plugin:${VERSIONS.mavenPlugin}:copy-dependencies`
  const properties = Object.entries(versions).map(([name, pinned]) => `-D${name}=${pinned}`)
  await runCommand({
    program: 'mvn',
    signal,
    args: [
      ...['--batch-mode', '--quiet', '--file', join(STACK_SOURCES, engine, 'pom.xml'), goal],
      ...['-DincludeScope=runtime', `-DoutputDirectory=${target}`, ...properties],
    ],
  })
}

/** Fetches one package of PyPI without its dependencies and takes the files of one of its folders. */
async function copyPythonFiles(
  requirement: string,
  folder: string,
  target: string,
  signal: AbortSignal,
): Promise<void> {
  const downloads = `${target}.download`
  const pip = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps']
  await runCommand({ program: 'python3', args: [...pip, '--dest', downloads, requirement], signal })
  const archives = await readdir(downloads)
  const archive = archives[0]
  if (archive === undefined || archives.length > 1) {
    throw new EndcapError(
      'ENGINE_UNAVAILABLE',
      `pip fetched ${archives.length} files for '${requirement}', not 1`,
    )
  }
  const script = join(STACK_SOURCES, 'extract.py')
  await runCommand({ program: 'python3', args: [script, join(downloads, archive), folder, target], signal })
  await rm(downloads, { recursive: true })
}

/** Fetches one archive from Maven, nothing that it depends on, and unpacks it. */
async function unpackMavenArchive(artifact: string, target: string, signal: AbortSignal): Promise<void> {
  const goal = `org.apache.maven.plugins:maven-dependency-plugin:${VERSIONS.mavenArchivePlugin}:copy`
  const downloads = `${target}.download`
  const where = [`-Dartifact=${artifact}`, `-DoutputDirectory=${downloads}`]
  await runCommand({ program: 'mvn', args: ['--batch-mode', '--quiet', goal, ...where], signal })
  const [archive = ''] = await readdir(downloads)
  await mkdir(target, { recursive: true })
  await runCommand({ program: 'tar', args: ['-xzf', join(downloads, archive), '-C', target], signal })
  await rm(downloads, { recursive: true })
}

/** `spark-sql_2.13` of `spark-sql_2.13-4.2.0.jar`. */
const artifactOf = (jar: string): string => jar.replace(/-\d[^-]*(-SNAPSHOT|-[A-Za-z0-9]+)?\.jar$/, '')

/** Drops jars that the engine ships in another version: two versions on one class path are a lottery. */
async function dropShipped(extra: string, shipped: string): Promise<void> {
  const known = new Set((await readdir(shipped)).map(artifactOf))
  const twice = (await readdir(extra)).filter((jar) => known.has(artifactOf(jar)))
  await Promise.all(twice.map((jar) => rm(join(extra, jar))))
}

type Installer = {
  readonly sizeMb: number
  readonly install: (folder: string, signal: AbortSignal) => Promise<void>
}

const INSTALLERS: Readonly<Record<EngineName, Installer>> = {
  kafka: {
    sizeMb: 50,
    install: (folder, signal) => copyMavenJars('kafka', VERSIONS.kafka, join(folder, 'lib'), signal),
  },
  registry: {
    sizeMb: 110,
    install: (folder, signal) =>
      unpackMavenArchive(
        `io.apicurio:apicurio-registry-app:${version(VERSIONS.registry, 'apicurio')}:tar.gz:all`,
        join(folder, 'app'),
        signal,
      ),
  },
  flink: {
    sizeMb: 350,
    install: async (folder, signal) => {
      const lib = join(folder, 'lib')
      await copyPythonFiles(
        `apache-flink-libraries==${version(VERSIONS.flink, 'flink')}`,
        'pyflink/lib',
        lib,
        signal,
      )
      await copyMavenJars('flink', VERSIONS.flink, lib, signal)
      await mkdir(join(folder, 'plugins'))
    },
  },
  spark: {
    sizeMb: 550,
    install: async (folder, signal) => {
      const jars = join(folder, 'jars')
      const extra = join(folder, 'extra')
      await Promise.all([
        copyPythonFiles(`pyspark==${version(VERSIONS.spark, 'spark')}`, 'pyspark-*/deps/jars', jars, signal),
        copyMavenJars('spark', VERSIONS.spark, extra, signal),
      ])
      await dropShipped(extra, jars)
    },
  },
}

/** Folder of an installed engine, whether it is installed or not. */
export const engineFolder = (engine: EngineName): string => join(installFolder(), engine)

export const isInstalled = (engine: EngineName): boolean => existsSync(engineFolder(engine))

/** Folders of installs that did not end, of this engine: nobody else installs while we hold the lock. */
async function removeUnfinished(engine: EngineName): Promise<void> {
  const parent = dirname(engineFolder(engine))
  const left = (await readdir(parent)).filter((name) => name.startsWith(`${engine}.unfinished`))
  await Promise.all(left.map((name) => rm(join(parent, name), { recursive: true, force: true })))
}

/** Downloads into a folder beside the final one, which appears only when everything is there. */
async function installEngine(engine: EngineName, report: StackReport, signal: AbortSignal): Promise<void> {
  const folder = engineFolder(engine)
  const { sizeMb, install } = INSTALLERS[engine]
  const startedAt = performance.now()
  // A name of our own: a download of an earlier install that was killed may still be writing into its folder.
  const unfinished = `${folder}.unfinished-${process.pid}`
  report(`${engine}: installing, up to ${sizeMb} MB from Maven and PyPI, into ${folder}`)
  await removeUnfinished(engine)
  await mkdir(unfinished, { recursive: true })
  await install(unfinished, signal)
  await rename(unfinished, folder)
  report(`${engine}: installed in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`)
}

/**
 * Installs what is not there yet; a second call finds it all and does nothing.
 * @throws EndcapError ENGINE_UNAVAILABLE if a required program is missing or a download fails.
 */
export async function installEngines(engines: readonly EngineName[], report: StackReport): Promise<void> {
  if (engines.every(isInstalled)) return
  await assertRequirements(engines)
  const downloads = new AbortController()
  const work = async () => {
    const missing = engines.filter((engine) => !isInstalled(engine))
    const results = await Promise.allSettled(
      missing.map((engine) => installEngine(engine, report, downloads.signal)),
    )
    for (const result of results) if (result.status === 'rejected') throw result.reason
  }
  const lock = join(dirname(engineFolder('kafka')), 'install.lock')
  const onWait = () => report('waiting for another process that installs engines')
  await withCleanupOnSignal(
    async () => downloads.abort(),
    () => withLock(lock, work, onWait),
  )
}
