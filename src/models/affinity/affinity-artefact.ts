import { EndcapError } from '../../core/errors.ts'
import type { StoredArtefact } from '../registry/artefact-registry.ts'
import type { AffinityWeights } from './affinity-model.ts'
import { decodeItems, decodeWeights, encodeItems, encodeWeights } from './weights-codec.ts'

/** An affinity model by sku: `skus[item]` names item `item` of the weights; distinct. */
export type AffinityBySku = { readonly skus: readonly string[]; readonly weights: AffinityWeights }

const WEIGHTS = 'weights.bin'
const ITEMS = 'items.txt'

/** The files of an affinity model. */
export function affinityFiles({ skus, weights }: AffinityBySku): ReadonlyMap<string, Uint8Array> {
  if (skus.length !== weights.itemCount) {
    throw new Error(`bug: ${skus.length} skus of ${weights.itemCount} items`)
  }
  return new Map([
    [WEIGHTS, encodeWeights(weights)],
    [ITEMS, encodeItems(skus)],
  ])
}

/** The affinity model of an artefact. @throws EndcapError CORRUPT_ARTEFACT */
export function affinityOf({ manifest, files, place }: StoredArtefact): AffinityBySku {
  const fileOf = (name: string): Uint8Array => {
    const bytes = files.get(name)
    if (bytes !== undefined) return bytes
    throw new EndcapError('CORRUPT_ARTEFACT', `it has no file '${name}'`, { place })
  }
  const weights = decodeWeights(fileOf(WEIGHTS), `${place}/${WEIGHTS}`)
  if (weights.itemCount !== manifest.item_count) {
    throw new EndcapError(
      'CORRUPT_ARTEFACT',
      `it has ${weights.itemCount} items, not ${manifest.item_count}`,
      { place: `${place}/${WEIGHTS}` },
    )
  }
  return { skus: decodeItems(fileOf(ITEMS), manifest.item_count, `${place}/${ITEMS}`), weights }
}
