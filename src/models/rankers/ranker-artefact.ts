import type { StoredArtefact } from '../registry/artefact-registry.ts'
import { decodeRanker, encodeRanker } from './ranker-codec.ts'
import type { RankerModel } from './ranker-model.ts'

const RANKER = 'ranker.bin'

/** The files of a ranker; none without one. */
export const rankerFiles = (model: RankerModel | null): ReadonlyMap<string, Uint8Array> =>
  model === null ? new Map() : new Map([[RANKER, encodeRanker(model)]])

/** The ranker of an artefact, null if it has none. @throws EndcapError CORRUPT_ARTEFACT */
export function storedRanker({ files, place }: StoredArtefact): RankerModel | null {
  const bytes = files.get(RANKER)
  return bytes === undefined ? null : decodeRanker(bytes, `${place}/${RANKER}`)
}
