import { EndcapError } from '../../core/errors.ts'
import type { Manifest } from '../../models/manifest.ts'
import type { ArtefactRegistry } from '../../models/registry/artefact-registry.ts'
import { judge } from '../../models/registry/gates.ts'

export type Sharing = {
  readonly from: ArtefactRegistry
  readonly to: ArtefactRegistry
  readonly version: string
  /** `gated`: it becomes current if the gates let it through; `always`: whatever its figures are. */
  readonly promotion: 'never' | 'gated' | 'always'
}

export type Shared = {
  readonly promoted: boolean
  /** Why the gates refuse it; empty if they do not. */
  readonly refusals: readonly string[]
}

/**
 * Copies a version to another registry, which keeps its name, and makes it current there if it may be. Whoever was erased
 * where it comes from counts where it goes.
 * @throws EndcapError NOT_FOUND, CORRUPT_ARTEFACT, ERASED
 */
export async function shareModel({ from, to, version, promotion }: Sharing): Promise<Shared> {
  const [known, there] = await Promise.all([from.erasures(), to.erasures()])
  if (known > there) await to.noteErasures(known)
  const manifest = await copyModel(from, to, version)
  if (promotion === 'never') return { promoted: false, refusals: [] }
  const refusals = promotion === 'always' ? [] : judge(manifest, await currentOf(to, version)).refusals
  if (refusals.length === 0) await to.promote(version)
  return { promoted: refusals.length === 0, refusals }
}

/** @throws EndcapError as `shareModel` */
export async function copyModel(
  from: ArtefactRegistry,
  to: ArtefactRegistry,
  version: string,
): Promise<Manifest> {
  const { manifest, files } = await from.load(version)
  const { format: _format, version: _version, catalog_hash: _hash, files: _files, ...draft } = manifest
  const copied = await to.publish({ manifest: draft, files })
  if (copied.version !== version) throw new Error(`bug: ${version} became ${copied.version}`)
  return copied
}

/** Null if there is none or it is this one, or if what is said of it cannot be read any more. */
async function currentOf(registry: ArtefactRegistry, version: string): Promise<Manifest | null> {
  const current = await registry.current()
  if (current === null || current === version) return null
  try {
    return await registry.manifest(current)
  } catch (error) {
    if (error instanceof EndcapError && error.code === 'CORRUPT_ARTEFACT') return null
    throw error
  }
}
