import type { Catalog } from '../../catalog/catalog.ts'
import type { Finding } from './finding.ts'
import type { RenderedFile } from './rendered-folder.ts'

/** What happens to state when one rendering follows another. */
export type Changes = {
  /** What would be lost, by the name under which it is allowed. */
  readonly losses: readonly Finding[]
  /** What is new or different and loses nothing. */
  readonly notes: readonly Finding[]
}

export type RenderRequest = {
  readonly catalog: Catalog
  /** What is deployed: a folder that `render` wrote; null for the first time. */
  readonly before: string | null
  /** Names of what may be lost. */
  readonly allowed: readonly string[]
  /** Of each topic that is new. */
  readonly partitions: number
  /** First instant of made-up records, epoch ms; without it as it is deployed, or none. */
  readonly datagenFrom?: number
}

/** A cloud that a catalog can be deployed to. Its folder lies under its name in the rendered one. */
export type Platform = {
  readonly name: string
  readonly render: (request: RenderRequest) => readonly RenderedFile[]
  /** Empty if nothing is known to be wrong. */
  readonly check: (folder: string, catalog: Catalog) => readonly Finding[]
  readonly changes: (before: string, after: string) => Changes
}
