import { EndcapError } from '../../core/errors.ts'
import { CURRENT_ALIAS, mlflowRegistry } from '../../models/registry/mlflow/mlflow-registry.ts'
import { serveVersion } from '../../models/registry/mlflow/serving-endpoint.ts'
import { unityCatalogStore } from '../../models/registry/mlflow/unity-catalog.ts'
import { databricksWorkspace } from '../databricks/workspace.ts'
import { type RegistryOptions, UNITY_CATALOG } from './registry-options.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Has an endpoint answer by the version that is current in Unity Catalog, and waits for it.
 * @returns the name of the version
 * @throws EndcapError USAGE for another registry, NOT_FOUND if none is current, NOT_EXPRESSIBLE for one without a ranker
 */
export async function serveCurrent(
  { registry, model }: RegistryOptions,
  target: { readonly endpoint: string; readonly isMade: boolean },
  env: Environment = process.env,
): Promise<string> {
  if (registry !== UNITY_CATALOG || model === undefined) {
    throw new EndcapError('USAGE', `an endpoint needs --registry ${UNITY_CATALOG} and --model`)
  }
  const client = databricksWorkspace(env)
  const store = unityCatalogStore(client, { name: model })
  const stored = await store.withAlias(CURRENT_ALIAS)
  const version = await mlflowRegistry(store).current()
  if (stored === null || version === null) {
    throw new EndcapError('NOT_FOUND', `no version of '${model}' is current`, {
      remedy: 'Publish one with `endcap models publish --promote`.',
    })
  }
  if ((await store.readFile(stored, 'model.onnx')) === null) {
    throw new EndcapError('NOT_EXPRESSIBLE', `model '${version}' has no ranker to serve`, {
      remedy: 'Train one: `endcap train --ranker trees`.',
    })
  }
  await serveVersion(client, { ...target, model, number: stored.number })
  return version
}
