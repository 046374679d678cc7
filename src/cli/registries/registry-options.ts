import { type Command, Option } from 'commander'
import { EndcapError } from '../../core/errors.ts'
import { basicAuthorization } from '../../core/http/rest-client.ts'
import type { ArtefactRegistry } from '../../models/registry/artefact-registry.ts'
import { artefactFolder } from '../../models/registry/folder/artefact-folder.ts'
import { mlflowClient } from '../../models/registry/mlflow/mlflow-client.ts'
import { mlflowRegistry } from '../../models/registry/mlflow/mlflow-registry.ts'
import { trackingServerStore } from '../../models/registry/mlflow/tracking-server.ts'
import { unityCatalogStore } from '../../models/registry/mlflow/unity-catalog.ts'
import { databricksWorkspace } from '../databricks/workspace.ts'
import { shopFolders } from '../embedded-shop.ts'

/** Unity Catalog, as MLflow's own MLFLOW_REGISTRY_URI names it. */
export const UNITY_CATALOG = 'databricks-uc'

/** A shared registry as the command line names it. */
export type RegistryOptions = {
  readonly registry?: string
  readonly model?: string
  readonly experiment?: string
}

type Environment = Readonly<Record<string, string | undefined>>

export const withRegistryOptions = (command: Command): Command =>
  command
    .addOption(
      new Option(
        '--registry <uri>',
        `a registry that machines share: http://host:port of an MLflow server, or ${UNITY_CATALOG}`,
      ),
    )
    .option('--model <name>', 'with --registry: the registered model; in Unity Catalog catalog.schema.model')
    .option(
      '--experiment <path>',
      'with Unity Catalog: log figures of what is published there, such as /Shared/endcap',
    )

/**
 * The shared registry.
 * @throws EndcapError USAGE if the options or the credentials in the settings are not complete
 */
export function sharedRegistry(
  { registry: uri, model, experiment }: RegistryOptions,
  env: Environment = process.env,
): ArtefactRegistry {
  if (uri === undefined) throw new EndcapError('USAGE', 'no --registry is named')
  if (model === undefined) throw new EndcapError('USAGE', '--registry needs --model')
  if (uri === UNITY_CATALOG) {
    const named = { name: model, ...(experiment === undefined ? {} : { experiment }) }
    return mlflowRegistry(unityCatalogStore(databricksWorkspace(env), named))
  }
  if (!/^https?:\/\//.test(uri)) {
    throw new EndcapError('USAGE', `'${uri}' is neither ${UNITY_CATALOG} nor http://host:port`, {
      place: '--registry',
    })
  }
  return mlflowRegistry(trackingServerStore(mlflowClient({ address: uri, ...mlflowCredentials(env) }), model))
}

/** The shared registry if one is named, else that of the data folder. @throws EndcapError USAGE if neither is */
export function registryOf(options: RegistryOptions & { readonly dataDir?: string }): ArtefactRegistry {
  if (options.registry !== undefined) return sharedRegistry(options)
  if (options.dataDir !== undefined) return artefactFolder(shopFolders(options.dataDir).models)
  throw new EndcapError('USAGE', 'name a --data-dir, or a --registry with a --model')
}

/** As MLflow's own client reads them. */
function mlflowCredentials(env: Environment) {
  const { MLFLOW_TRACKING_TOKEN: token = '', MLFLOW_TRACKING_USERNAME: user = '' } = env
  if (token !== '') return { authorization: `Bearer ${token}`, secrets: [token] }
  if (user === '') return {}
  const password = env['MLFLOW_TRACKING_PASSWORD'] ?? ''
  return { authorization: basicAuthorization(user, password), secrets: [password] }
}
