import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { EndcapError } from '../../../../core/errors.ts'
import { damaged } from './delta-action.ts'

/** Files of `_delta_log` that say what a version of the table is. */
export type DeltaLogFiles = {
  readonly version: number
  /** Parts of the newest complete checkpoint that is not beyond it; none: commits from 0 on say all. */
  readonly checkpoint: readonly string[]
  /** Of the versions after the checkpoint, in order. */
  readonly commits: readonly string[]
}

export const LOG_FOLDER = '_delta_log'
const DIGITS = 20

export const commitName = (version: number): string => `${String(version).padStart(DIGITS, '0')}.json`
export const isDeltaTable = (folder: string): boolean => existsSync(join(folder, LOG_FOLDER))

/** Whether anything was ever committed to it. */
export const hasVersions = (folder: string): boolean =>
  isDeltaTable(folder) &&
  readdirSync(join(folder, LOG_FOLDER)).some((name) => /^\d{20}\.(json|checkpoint\.)/.test(name))

/**
 * @param version that is asked for; absent: the newest
 * @throws EndcapError BAD_INPUT_FILE if there is no table or no such version, CORRUPT if commits are missing
 */
export function deltaLogFiles(folder: string, version?: number): DeltaLogFiles {
  if (!isDeltaTable(folder)) {
    throw new EndcapError('BAD_INPUT_FILE', `has no ${LOG_FOLDER}: it is no Delta table`, { place: folder })
  }
  const names = readdirSync(join(folder, LOG_FOLDER))
  const commits = versionsOf(names, /^(\d{20})\.json$/)
  const newest = Math.max(-1, ...commits, ...completeCheckpoints(names).keys())
  const wanted = version ?? newest
  if (wanted < 0 || wanted > newest) {
    throw new EndcapError('BAD_INPUT_FILE', `has versions up to ${newest}, not ${wanted}`, { place: folder })
  }
  const [at, parts] = [...completeCheckpoints(names)]
    .filter(([each]) => each <= wanted)
    .reduce<readonly [number, readonly string[]]>((best, each) => (each[0] > best[0] ? each : best), [-1, []])
  const after = Array.from({ length: wanted - at }, (_, index) => at + 1 + index)
  const missing = after.find((each) => !commits.has(each))
  if (missing !== undefined) {
    throw damaged(folder, `version ${missing} is missing from its log, and no checkpoint is beyond it`)
  }
  const path = (name: string) => join(folder, LOG_FOLDER, name)
  return { version: wanted, checkpoint: parts.map(path), commits: after.map(commitName).map(path) }
}

const versionsOf = (names: readonly string[], pattern: RegExp): ReadonlySet<number> =>
  new Set(names.flatMap((name) => pattern.exec(name)?.[1] ?? []).map(Number))

/** Checkpoints by version: in one file, or in as many as their names say. */
function completeCheckpoints(names: readonly string[]): ReadonlyMap<number, readonly string[]> {
  const whole = new Map<number, readonly string[]>()
  const parts = new Map<string, string[]>()
  for (const name of names.toSorted()) {
    const [, version, , of] = /^(\d{20})\.checkpoint(?:\.(\d{10})\.(\d{10}))?\.parquet$/.exec(name) ?? []
    if (version === undefined) continue
    if (of === undefined) {
      whole.set(Number(version), [name])
      continue
    }
    const key = `${version} ${of}`
    const found = [...(parts.get(key) ?? []), name]
    parts.set(key, found)
    if (found.length === Number(of)) whole.set(Number(version), found)
  }
  return whole
}
