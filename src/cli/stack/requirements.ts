import { join } from 'node:path'
import { EndcapError } from '../../core/errors.ts'
import { runCommand } from './command.ts'
import type { EngineName } from './types.ts'

/** A program that the engines need, with what is wrong with it on this machine and how to get it. */
export type MissingRequirement = { readonly name: string; readonly reason: string; readonly remedy: string }

type Requirement = {
  readonly name: string
  readonly engines: readonly EngineName[]
  readonly remedy: string
  readonly program: () => string
  readonly args: readonly string[]
  /** Why the version that the program printed will not do; undefined if it will. */
  readonly objection: (output: string) => string | undefined
}

/** The `java` of JAVA_HOME, else of the PATH. */
export const javaProgram = (): string => {
  const home = process.env['JAVA_HOME']
  return home === undefined || home === '' ? 'java' : join(home, 'bin', 'java')
}

const JAVA_VERSIONS = [17, 21]

const REQUIREMENTS: readonly Requirement[] = [
  {
    name: 'JDK 17',
    engines: ['kafka', 'registry', 'flink', 'spark'],
    remedy:
      'Install OpenJDK 17 (Debian and Ubuntu: `apt-get install openjdk-17-jdk-headless`; macOS: `brew install openjdk@17`) and set JAVA_HOME if it is not the first java on the PATH.',
    program: javaProgram,
    args: ['-version'],
    objection: (output) => {
      const major = Number(/version "(\d+)/.exec(output)?.[1] ?? Number.NaN)
      return JAVA_VERSIONS.includes(major)
        ? undefined
        : `java is version ${major}, wanted is ${JAVA_VERSIONS.join(' or ')}`
    },
  },
  {
    name: 'Maven',
    engines: ['kafka', 'registry', 'flink', 'spark'],
    remedy:
      'Install Maven 3.6 or newer (Debian and Ubuntu: `apt-get install maven`; macOS: `brew install maven`).',
    program: () => 'mvn',
    args: ['--version'],
    objection: () => undefined,
  },
  {
    name: 'Python 3',
    engines: ['flink', 'spark'],
    remedy:
      'Install Python 3.10 or newer with pip (Debian and Ubuntu: `apt-get install python3 python3-pip`; macOS: `brew install python`).',
    program: () => 'python3',
    args: ['-c', 'import sys, pip; print("%d.%d" % sys.version_info[:2])'],
    objection: (output) => {
      const minor = Number(/^3\.(\d+)/m.exec(output)?.[1] ?? Number.NaN)
      return minor >= 10 ? undefined : `python3 is version ${output.trim()}, wanted is 3.10 or newer`
    },
  },
]

async function check(requirement: Requirement): Promise<MissingRequirement | undefined> {
  const { name, remedy } = requirement
  try {
    const output = await runCommand({
      program: requirement.program(),
      args: requirement.args,
      timeoutMs: 60_000,
    })
    const reason = requirement.objection(output)
    return reason === undefined ? undefined : { name, reason, remedy }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { name, reason: reason.replace(/\s+/g, ' '), remedy }
  }
}

/** What this machine lacks for the engines; empty if they can be installed and run here. */
export async function missingRequirements(
  engines: readonly EngineName[],
): Promise<readonly MissingRequirement[]> {
  const needed = REQUIREMENTS.filter((requirement) =>
    requirement.engines.some((engine) => engines.includes(engine)),
  )
  const found = await Promise.all(needed.map(check))
  return found.filter((missing) => missing !== undefined)
}

/** @throws EndcapError ENGINE_UNAVAILABLE that names everything that is missing and how to get it. */
export async function assertRequirements(engines: readonly EngineName[]): Promise<void> {
  const missing = await missingRequirements(engines)
  if (missing.length === 0) return
  const reasons = missing.map(({ name, reason }) => `${name} is missing (${reason})`)
  throw new EndcapError('ENGINE_UNAVAILABLE', reasons.join('; '), {
    place: `engines ${engines.join(', ')}`,
    remedy: missing.map(({ remedy }) => remedy).join(' '),
  })
}
