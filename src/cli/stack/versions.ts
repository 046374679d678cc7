import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { STACK_SOURCES } from './home.ts'
import type { EngineName } from './types.ts'

export type Versions = Readonly<Record<string, string>>

const FILE = 'versions.json'

const isVersions = (value: unknown): value is Versions =>
  typeof value === 'object' &&
  value !== null &&
  Object.values(value).every((version) => typeof version === 'string')

/** The pinned versions of the engines' parts, by the names that the poms use: `stack/versions.json`. */
export function readVersions(): Readonly<Record<EngineName, Versions>> & {
  readonly mavenPlugin: string
  /** The goal `copy` of 3.x reads parent poms, of which one of Apicurio's is on no mirror; that of 2.x does not. */
  readonly mavenArchivePlugin: string
} {
  const parsed: unknown = JSON.parse(readFileSync(join(STACK_SOURCES, FILE), 'utf8'))
  const entries = new Map(Object.entries(typeof parsed === 'object' && parsed !== null ? parsed : {}))
  const versionsOf = (engine: EngineName): Versions => {
    const versions: unknown = entries.get(engine)
    if (!isVersions(versions)) throw new Error(`bug: ${FILE} has no versions for ${engine}`)
    return versions
  }
  const versionOf = (name: string): string => {
    const version: unknown = entries.get(name)
    if (typeof version !== 'string') throw new Error(`bug: ${FILE} has no ${name}`)
    return version
  }
  return {
    kafka: versionsOf('kafka'),
    registry: versionsOf('registry'),
    flink: versionsOf('flink'),
    spark: versionsOf('spark'),
    mavenPlugin: versionOf('mavenDependencyPlugin'),
    mavenArchivePlugin: versionOf('mavenArchivePlugin'),
  }
}
