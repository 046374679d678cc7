import type { AffinityWeights } from '../affinity/affinity-model.ts'
import type { Manifest, ManifestDraft } from '../manifest.ts'

/** A trained model as it is handed over. */
export type TrainedModel = {
  readonly manifest: ManifestDraft
  /** By item number; distinct. */
  readonly skus: readonly string[]
  readonly weights: AffinityWeights
}

/** A model as it comes back, checked against its checksums. */
export type StoredModel = {
  readonly manifest: Manifest
  readonly skus: readonly string[]
  readonly weights: AffinityWeights
}

/** Where trained models are kept, each whole or not at all; one of them is current. */
export type ArtefactRegistry = {
  /**
   * Stores the model without making it current; a model that is there already is left as it is.
   * @throws EndcapError ERASED if somebody was erased since its events were read
   */
  readonly publish: (model: TrainedModel) => Promise<Manifest>
  /**
   * Makes a stored version current, in one step: readers see the old one or the new one.
   * @throws EndcapError NOT_FOUND; ERASED if somebody was erased since its events were read
   */
  readonly promote: (version: string) => Promise<void>
  /** The current version, null before the first promotion. Cheap enough to ask every second. */
  readonly current: () => Promise<string | null>
  /** @throws EndcapError NOT_FOUND, CORRUPT_ARTEFACT */
  readonly load: (version: string) => Promise<StoredModel>
  /** Versions of all stored models, by log position and then by name. */
  readonly versions: () => Promise<readonly string[]>
  /** How many times somebody was erased from the events that models are learnt from. */
  readonly erasures: () => Promise<number>
  /** Says so: models that were learnt from events before the last of them are not taken any more. */
  readonly noteErasures: (count: number) => Promise<void>
}
