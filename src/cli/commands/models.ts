import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command, Option } from 'commander'
import { EndcapError } from '../../core/errors.ts'
import type { Manifest } from '../../models/manifest.ts'
import { mlflowModel } from '../../models/onnx/mlflow-model.ts'
import { storedRanker } from '../../models/rankers/ranker-artefact.ts'
import type { ArtefactRegistry } from '../../models/registry/artefact-registry.ts'
import { artefactFolder } from '../../models/registry/folder/artefact-folder.ts'
import { judge } from '../../models/registry/gates.ts'
import { versionBefore } from '../../models/registry/rollback.ts'
import { shopFolders } from '../embedded-shop.ts'

const EXAMPLES = `
Examples:
  endcap models list --data-dir shop
  endcap models show 20337-24d58fd3 --data-dir shop
  endcap models promote 20337-24d58fd3 --data-dir shop
  endcap models export 20337-24d58fd3 --to ranker/ --data-dir shop   then: mlflow models serve -m ranker/ --env-manager local
  endcap models rollback --data-dir shop             back to the one that was current before

A running server takes the current model up within a second, without a failed request.`

type Options = { readonly dataDir: string; readonly json?: boolean }

/** `endcap models list|show|promote|rollback|export`: the trained models of a data folder. */
export function modelsCommand(): Command {
  const command = new Command('models')
    .description('list trained models, make one current, go back to the one before')
    .exitOverride()
  command
    .command('list')
    .description('all stored models, oldest first, with their figures')
    .addOption(dataDirOption())
    .addOption(jsonOption())
    .action(list)
  command
    .command('show')
    .description('what is said of a model, and whether the gates let it through')
    .argument('<version>')
    .addOption(dataDirOption())
    .action(show)
  command
    .command('promote')
    .description('make a stored model current, whatever its figures are')
    .argument('<version>')
    .addOption(dataDirOption())
    .action(promote)
  command
    .command('rollback')
    .description('make the model current that was so before; not past an erasure')
    .addOption(dataDirOption())
    .addOption(jsonOption())
    .action(rollback)
  command
    .command('export')
    .description('write the ranker of a stored model as an MLflow folder with an ONNX model')
    .argument('<version>')
    .addOption(dataDirOption())
    .requiredOption('--to <dir>', 'folder that is made; it must not be there')
    .action(exportRanker)
  return command.addHelpText('after', EXAMPLES)
}

const dataDirOption = () => new Option('--data-dir <dir>', 'data folder of the shop').makeOptionMandatory()
const jsonOption = () => new Option('--json', 'JSON on stdout')
const registryOf = ({ dataDir }: Options): ArtefactRegistry => artefactFolder(shopFolders(dataDir).models)

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
      remedy: `\`endcap models list --data-dir ${options.dataDir}\` shows what there is.`,
    })
  }
  await registry.promote(version)
  process.stdout.write(
    options.json === true
      ? `${JSON.stringify({ version, from })}\n`
      : `model ${version} is current, instead of ${from}\n`,
  )
}
