import { catalog } from '../../src/cli/shop.ts'
import { trainedModel } from '../../src/models/registry/artefact-registry.contract.ts'
import type { Artefact } from '../../src/models/registry/artefact-registry.ts'
import { modelDefinitions } from '../../src/recommend/ranking/model-definitions.ts'

/** A small model of the definitions that are here, so that it is served; `logPosition` tells versions apart. */
export function servedModel(logPosition: number): Artefact {
  const { manifest, files } = trainedModel(logPosition)
  return { manifest: { ...manifest, definitions: modelDefinitions(catalog, null) }, files }
}
