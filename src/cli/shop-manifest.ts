import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Profile } from '../catalog/stack-settings.ts'
import { EndcapError } from '../core/errors.ts'
import { finishErasure } from './erasing/swap.ts'

const FORMAT = 1

/** What a data folder says of itself. */
type Manifest = {
  readonly format: typeof FORMAT
  /** Absent: embedded. */
  readonly profile?: Profile
}

export const manifestOf = (dataDir: string): string => join(dataDir, 'manifest.json')

/**
 * A folder is ours if its manifest says so, and of the profile that it was made in; a new one gets it. An erasure that was
 * cut off is brought to its end.
 * @throws EndcapError UNKNOWN_FORMAT, CORRUPT; DATA_FOLDER if it cannot be written or, read-only, is none;
 *   NOT_SUPPORTED if it is of the other profile
 */
export function checkManifest(
  dataDir: string,
  { profile, readOnly }: { readonly profile: Profile; readonly readOnly: boolean },
): void {
  finishErasure(dataDir)
  const path = manifestOf(dataDir)
  const found = read(path)
  if (found !== null) {
    if (found['format'] !== FORMAT) {
      throw new EndcapError('UNKNOWN_FORMAT', `'${dataDir}' has format ${found['format']}, not ${FORMAT}`)
    }
    const { profile: made = 'embedded' } = found
    if (made !== profile) throw otherProfile(dataDir, String(made))
    return
  }
  if (readOnly) throw new EndcapError('DATA_FOLDER', `'${dataDir}' is no data folder of a shop`)
  const fresh = `${path}.${process.pid}`
  const manifest: Manifest = { format: FORMAT, ...(profile === 'embedded' ? {} : { profile }) }
  try {
    mkdirSync(dataDir, { recursive: true })
    writeFileSync(fresh, `${JSON.stringify(manifest)}\n`)
    renameSync(fresh, path)
  } catch (cause) {
    throw new EndcapError('DATA_FOLDER', `cannot write to '${dataDir}'`, { cause })
  }
}

const otherProfile = (dataDir: string, made: string) =>
  new EndcapError('NOT_SUPPORTED', `'${dataDir}' is a data folder of the profile ${made}`, {
    remedy:
      made === 'stack'
        ? 'Give --profile stack to a verb that has it; docs/engines.md lists those that know the embedded log alone.'
        : 'Give the profile stack a data folder of its own; `endcap export` and POST /v1/events bring events over.',
  })

/** Null if there is none. */
function read(path: string): Readonly<Record<string, unknown>> | null {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw new EndcapError('DATA_FOLDER', `'${path}' cannot be read`, { cause: error })
  }
  try {
    const parsed: unknown = JSON.parse(text)
    return parsed !== null && typeof parsed === 'object' && 'format' in parsed
      ? { ...parsed }
      : { format: 'none' }
  } catch (cause) {
    throw new EndcapError('CORRUPT', `'${path}' is not JSON`, { cause })
  }
}
