import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Command, InvalidArgumentError, Option } from 'commander'
import { EndcapError } from '../../core/errors.ts'
import type { Manifest } from '../../models/manifest.ts'
import { mlflowModel } from '../../models/onnx/mlflow-model.ts'
import { storedRanker } from '../../models/rankers/ranker-artefact.ts'
import type { ArtefactRegistry } from '../../models/registry/artefact-registry.ts'
import { artefactFolder } from '../../models/registry/folder/artefact-folder.ts'
import { judge } from '../../models/registry/gates.ts'
import { versionBefore } from '../../models/registry/rollback.ts'
import { shopFolders } from '../embedded-shop.ts'
import {
  type RegistryOptions,
  registryOf,
  sharedRegistry,
  withRegistryOptions,
} from '../registries/registry-options.ts'
import { serveCurrent } from '../registries/serve-current.ts'
import { copyModel, shareModel } from '../registries/share-model.ts'
import { requirePromoted } from '../registries/share-trained.ts'

const EXAMPLES = `
Examples:
  endcap models list --data-dir shop
  endcap models show 20337-24d58fd3 --data-dir shop
  endcap models promote 20337-24d58fd3 --data-dir shop
  endcap models export 20337-24d58fd3 --to ranker/ --data-dir shop   then: mlflow models serve -m ranker/ --env-manager local
  endcap models rollback --data-dir shop             back to the one that was current before
  endcap models publish --data-dir shop --registry http://127.0.0.1:5000 --model shop --promote
  endcap models publish --data-dir shop --registry databricks-uc --model main.shop.recommender --promote
  endcap models deploy --registry databricks-uc --model main.shop.recommender --endpoint recommender
  endcap models fetch --data-dir shop --registry databricks-uc --model main.shop.recommender --follow

A running server takes the current model up within a second, without a failed request. With --registry and --model,
list, show, promote, rollback and export work on a shared registry instead of a data folder: an MLflow server
(MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and _PASSWORD), or Unity Catalog (DATABRICKS_HOST, and DATABRICKS_TOKEN
or DATABRICKS_CLIENT_ID and _SECRET).`

type Options = RegistryOptions & { readonly dataDir?: string; readonly json?: boolean }

/** `endcap models list|show|promote|rollback|export`: the trained models of a data folder. */
export function modelsCommand(): Command {
  const command = new Command('models')
    .description('list trained models, make one current, go back to the one before, share them')
    .exitOverride()
  const verb = (name: string, description: string): Command =>
    withRegistryOptions(command.command(name).description(description)).addOption(dataDirOption())
  verb('list', 'all stored models, oldest first, with their figures').addOption(jsonOption()).action(list)
  verb('show', 'what is said of a model, and whether the gates let it through')
    .argument('<version>')
    .action(show)
  verb('promote', 'make a stored model current, whatever its figures are')
    .argument('<version>')
    .action(promote)
  verb('rollback', 'make the model current that was so before; not past an erasure')
    .addOption(jsonOption())
    .action(rollback)
  verb('export', 'write the ranker of a stored model as an MLflow folder with an ONNX model')
    .argument('<version>')
    .requiredOption('--to <dir>', 'folder that is made; it must not be there')
    .action(exportRanker)
  verb('publish', 'copy a model of the data folder to a shared registry')
    .argument('[version]', 'default: the current one')
    .option('--promote', 'make it current there, if the gates let it through')
    .option('--no-gates', 'with --promote: whatever its figures are')
    .addOption(jsonOption())
    .action(publish)
  verb(
    'deploy',
    'have an endpoint of Databricks Model Serving answer by the ranker that is current in Unity Catalog',
  )
    .requiredOption('--endpoint <name>', 'the endpoint; it keeps its size')
    .option('--create', 'make it, small and down to zero, if it is not there')
    .addOption(jsonOption())
    .action(deployModel)
  verb('fetch', 'copy a model of a shared registry to the data folder and make it current there')
    .argument('[version]', 'default: the one that is current in the registry')
    .option('--follow', 'go on: look for a new current one, until a signal')
    .addOption(
      new Option('--every <seconds>', 'with --follow: between two looks').argParser(parseSeconds).default(60),
    )
    .addOption(jsonOption())
    .action(fetchModel)
  return command.addHelpText('after', EXAMPLES)
}

const dataDirOption = () => new Option('--data-dir <dir>', 'data folder of the shop')
const jsonOption = () => new Option('--json', 'JSON on stdout')

function parseSeconds(text: string): number {
  if (/^[1-9][0-9]{0,5}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('not a whole number of at least 1.')
}

/** @throws EndcapError USAGE without a data folder */
function folderOf({ dataDir }: Options): ArtefactRegistry {
  if (dataDir === undefined) throw new EndcapError('USAGE', '--data-dir is missing')
  return artefactFolder(shopFolders(dataDir).models)
}

async function list(options: Options): Promise<void> {
  const registry = registryOf(options)
  const current = await registry.current()
  for (const version of await registry.versions()) {
    const { model, log_position, trained_at, metrics } = await registry.manifest(version)
    const isCurrent = version === current
    const line =
      options.json === true
        ? JSON.stringify({ version, current: isCurrent, model, log_position, trained_at, metrics })
        : [
            isCurrent ? '*' : ' ',
            version,
            model,
            new Date(trained_at).toISOString(),
            figuresOf(metrics),
          ].join('  ')
    process.stdout.write(`${line.trimEnd()}\n`)
  }
}

const figuresOf = (metrics: Manifest['metrics']): string =>
  Object.entries(metrics)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')

async function show(version: string, options: Options): Promise<void> {
  const registry = registryOf(options)
  const manifest = await registry.manifest(version)
  const current = await registry.current()
  const against = current === null || current === version ? null : await registry.manifest(current)
  process.stdout.write(`${JSON.stringify({ ...manifest, gates: judge(manifest, against) }, null, 2)}\n`)
}

async function promote(version: string, options: Options): Promise<void> {
  await registryOf(options).promote(version)
  process.stdout.write(`model ${version} is current\n`)
}

/** @throws EndcapError NOT_FOUND if the model has no ranker, USAGE if the folder is there */
async function exportRanker(version: string, options: Options & { readonly to: string }): Promise<void> {
  const stored = await registryOf(options).load(version)
  const ranker = storedRanker(stored)
  if (ranker === null) {
    throw new EndcapError('NOT_FOUND', `model '${version}' has no ranker`, {
      remedy: 'Train one: `endcap train --ranker trees`.',
    })
  }
  if (existsSync(options.to)) throw new EndcapError('USAGE', `'${options.to}' is there already`)
  mkdirSync(options.to, { recursive: true })
  const files = mlflowModel(ranker, new Date(stored.manifest.trained_at))
  for (const [name, bytes] of files) writeFileSync(join(options.to, name), bytes)
  process.stdout.write(`${[...files.keys()].join(', ')} are in ${options.to}\n`)
}

async function rollback(options: Options): Promise<void> {
  const registry = registryOf(options)
  const from = await registry.current()
  const version = versionBefore(await registry.promotions())
  if (version === null) {
    throw new EndcapError('NOT_FOUND', 'no model was current before this one', {
      remedy: '`endcap models list` shows what there is.',
    })
  }
  await registry.promote(version)
  process.stdout.write(
    options.json === true
      ? `${JSON.stringify({ version, from })}\n`
      : `model ${version} is current, instead of ${from}\n`,
  )
}

type PublishOptions = Options & { readonly promote?: boolean; readonly gates: boolean }

async function publish(version: string | undefined, options: PublishOptions): Promise<void> {
  const [from, to] = [folderOf(options), sharedRegistry(options)]
  const chosen = version ?? (await currentOf(from))
  const gated = options.gates ? 'gated' : 'always'
  const promotion = options.promote === true ? gated : 'never'
  const shared = await shareModel({ from, to, version: chosen, promotion })
  const { promoted } = shared
  process.stdout.write(
    options.json === true
      ? `${JSON.stringify({ version: chosen, promoted })}\n`
      : `model ${chosen} is in ${options.model}${promoted ? ', and current' : ''}\n`,
  )
  requirePromoted(shared, `model ${chosen} in ${options.model}`)
}

type DeployOptions = Options & { readonly endpoint: string; readonly create?: boolean }

async function deployModel({ endpoint, create, json, ...options }: DeployOptions): Promise<void> {
  const version = await serveCurrent(options, { endpoint, isMade: create === true })
  process.stdout.write(
    json === true
      ? `${JSON.stringify({ version, endpoint })}\n`
      : `${endpoint} answers by model ${version}\n`,
  )
}

type FetchOptions = Options & { readonly follow?: boolean; readonly every: number }

async function fetchModel(version: string | undefined, options: FetchOptions): Promise<void> {
  const [from, to] = [sharedRegistry(options), folderOf(options)]
  if (options.follow !== true) return fetchOne(from, to, version ?? (await currentOf(from)), options)
  if (version !== undefined) throw new EndcapError('USAGE', '--follow and a version exclude each other')
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  while (!stop.signal.aborted) {
    await fetchCurrent(from, to, options)
    await sleep(options.every * 1000, undefined, { signal: stop.signal }).catch(() => {})
  }
}

/** What the registry says while it is away, or of a model that cannot be taken, is told; the next look may be better. */
async function fetchCurrent(
  from: ArtefactRegistry,
  to: ArtefactRegistry,
  options: FetchOptions,
): Promise<void> {
  try {
    const version = await from.current()
    if (version !== null && version !== (await to.current())) await fetchOne(from, to, version, options)
  } catch (error) {
    if (!(error instanceof EndcapError)) throw error
    process.stderr.write(`${error.code}: ${error.message}\n`)
  }
}

async function fetchOne(
  from: ArtefactRegistry,
  to: ArtefactRegistry,
  version: string,
  { json }: Options,
): Promise<void> {
  await copyModel(from, to, version)
  await to.promote(version)
  process.stdout.write(json === true ? `${JSON.stringify({ version })}\n` : `model ${version} is current\n`)
}

async function currentOf(registry: ArtefactRegistry): Promise<string> {
  const version = await registry.current()
  if (version !== null) return version
  throw new EndcapError('NOT_FOUND', 'no model is current', {
    remedy: 'Name a version; `endcap models list` shows them.',
  })
}
