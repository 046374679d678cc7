/** A whole version of one registered model. */
export type StoredVersion = {
  /** The registry's own count, `1`, `2` ... */
  readonly number: string
  readonly tags: ReadonlyMap<string, string>
  /** Where its files are, in the registry's own words. */
  readonly source: string
}

export type NewVersion = {
  readonly description: string
  readonly tags: ReadonlyMap<string, string>
  /** By path within the version. */
  readonly files: ReadonlyMap<string, Uint8Array>
  readonly run: RunFigures
}

/** What training says of itself, for the pages that compare runs. */
export type RunFigures = {
  readonly name: string
  /** Epoch ms. */
  readonly at: number
  readonly params: ReadonlyMap<string, string>
  readonly metrics: ReadonlyMap<string, number>
}

/** One registered model of a registry that speaks MLflow's REST API. Nothing of it has to be there before. */
export type VersionStore = {
  /** For errors. */
  readonly place: string
  /** Stores the files as a new version. Until it resolves, nobody is shown the version. */
  readonly create: (version: NewVersion) => Promise<void>
  /** All whole versions, or those with this tag. */
  readonly versions: (tag?: {
    readonly key: string
    readonly value: string
  }) => Promise<readonly StoredVersion[]>
  /** The version that an alias names, null if there is none. */
  readonly withAlias: (alias: string) => Promise<StoredVersion | null>
  readonly setAlias: (alias: string, version: StoredVersion) => Promise<void>
  readonly setVersionTag: (version: StoredVersion, key: string, value: string) => Promise<void>
  /** Tags of the model itself; none before it is there. */
  readonly modelTags: () => Promise<ReadonlyMap<string, string>>
  readonly setModelTag: (key: string, value: string) => Promise<void>
  /** Bytes of a file, null if there is none. */
  readonly readFile: (version: StoredVersion, path: string) => Promise<Uint8Array | null>
}
