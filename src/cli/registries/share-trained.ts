import { EndcapError } from '../../core/errors.ts'
import type { ArtefactRegistry } from '../../models/registry/artefact-registry.ts'
import { artefactFolder } from '../../models/registry/folder/artefact-folder.ts'
import { shopFolders } from '../embedded-shop.ts'
import type { TrainResult } from '../training/train.ts'
import { type RegistryOptions, sharedRegistry } from './registry-options.ts'
import { type Shared, shareModel } from './share-model.ts'

/** Hands a trained model on; null where no shared registry is named. */
export type Share = (result: TrainResult) => Promise<Shared | null>

/**
 * What becomes of trained models beside the data folder: a copy in the shared registry, current there if the data folder's
 * gates and those of the registry let it through.
 * @throws EndcapError USAGE if the options are not complete: before anything is learnt
 */
export function sharing(
  options: RegistryOptions & { readonly dataDir: string; readonly gates: boolean },
): Share {
  if (options.registry === undefined) return async () => null
  const to: ArtefactRegistry = sharedRegistry(options)
  const from = artefactFolder(shopFolders(options.dataDir).models)
  return ({ manifest, promoted }) => {
    const gated = options.gates ? 'gated' : 'always'
    return shareModel({ from, to, version: manifest.version, promotion: promoted ? gated : 'never' })
  }
}

/** @throws EndcapError GATE_REFUSED, naming where */
export function requirePromoted({ refusals }: Shared, place: string): void {
  if (refusals.length > 0) throw new EndcapError('GATE_REFUSED', refusals.join('; '), { place })
}
