import type { Manifest, ManifestDraft } from '../manifest.ts'

/** A trained model as it is handed over: what is said of it, and its files by name. */
export type Artefact = {
  readonly manifest: ManifestDraft
  readonly files: ReadonlyMap<string, Uint8Array>
}

/** A model as it comes back, its files checked against their checksums. */
export type StoredArtefact = {
  readonly manifest: Manifest
  readonly files: ReadonlyMap<string, Uint8Array>
  /** Where it lies, for errors about what is in the files. */
  readonly place: string
}

/** Where trained models are kept, each whole or not at all; one of them is current. */
export type ArtefactRegistry = {
  /**
   * Stores the model without making it current; a model that is there already is left as it is.
   * @throws EndcapError ERASED if somebody was erased since its events were read
   */
  readonly publish: (model: Artefact) => Promise<Manifest>
  /**
   * Makes a stored version current, in one step: readers see the old one or the new one.
   * @throws EndcapError NOT_FOUND; ERASED if somebody was erased since its events were read
   */
  readonly promote: (version: string) => Promise<void>
  /** The current version, null before the first promotion. Cheap enough to ask every second. */
  readonly current: () => Promise<string | null>
  /** Every version that was made current, oldest first; the current one is the last. */
  readonly promotions: () => Promise<readonly string[]>
  /** What is said of a stored version. @throws EndcapError NOT_FOUND, CORRUPT_ARTEFACT */
  readonly manifest: (version: string) => Promise<Manifest>
  /** @throws EndcapError NOT_FOUND, CORRUPT_ARTEFACT */
  readonly load: (version: string) => Promise<StoredArtefact>
  /** Versions of all stored models, by log position and then by name. */
  readonly versions: () => Promise<readonly string[]>
  /** How many times somebody was erased from the events that models are learnt from. */
  readonly erasures: () => Promise<number>
  /** Says so: models that were learnt from events before the last of them are not taken any more. */
  readonly noteErasures: (count: number) => Promise<void>
}
