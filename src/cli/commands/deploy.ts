import { join } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import { ASSUMPTIONS, CLUSTER_UNITS, type ClusterType } from '../deploying/cost/assumptions.ts'
import { cloudNeeds, type Load } from '../deploying/cost/cloud-needs.ts'
import { bundleFaults } from '../deploying/databricks/bundle-faults.ts'
import { PLATFORMS } from '../deploying/platforms.ts'
import type { Outcome } from '../deploying/render.ts'
import { compareDeployments, refuseLosses, renderDeployment } from '../deploying/render.ts'
import { catalog } from '../shop.ts'

const EXAMPLES = `
Examples:
  endcap deploy render                                    into deploy/rendered; commit the folder
  endcap deploy render --datagen-from 1764000000000       with connectors that make records up from then on
  endcap deploy check --bundle deploy/databricks
  git worktree add /tmp/live main && endcap deploy diff --before /tmp/live/deploy/rendered
  endcap deploy cost --events-per-second 50 --shoppers 200000 --products 20000
  endcap deploy render --allow-state-loss endcap-job-g1-0123abcd    give a job up; its views get a new one

A job holds state, so rendering again never touches one that is there: a view that is new, or means something else,
gets a job beside it. What would be lost is refused by name. docs/deploy.md has the whole way.`

const DEFAULT_OUT = join('deploy', 'rendered')

type JsonOption = { readonly json?: boolean }
type OutOption = { readonly out: string }
type AllowOption = { readonly allowStateLoss: readonly string[] }
type RenderOptions = JsonOption &
  OutOption &
  AllowOption & { readonly partitions: number; readonly datagenFrom?: number }
type DiffOptions = JsonOption & AllowOption & { readonly before: string; readonly after: string }

/** `endcap deploy render|check|diff|cost`. */
export function deployCommand(): Command {
  // Set before the verbs below are made, which take it over: wrong usage is exit code 2 for them too.
  const command = new Command('deploy')
    .description('write and check what the catalog needs at Confluent and Databricks')
    .exitOverride()
  command
    .command('render')
    .description('write everything that follows from the catalog; jobs that are there stay')
    .addOption(outOption())
    .option('--partitions <n>', 'of each topic that is new', parseCount, 6)
    .option('--datagen-from <ms>', 'make records up, the first as of this instant (epoch ms)', parseCount)
    .addOption(allowOption())
    .addOption(jsonOption())
    .action(render)
  command
    .command('check')
    .description('look for what the services would refuse: texts, names, values, sizes, references')
    .addOption(outOption())
    .option('--bundle <dir>', 'look at the bundle of Databricks too; needs Python')
    .addOption(jsonOption())
    .action(check)
  command
    .command('diff')
    .description('what happens to state from one rendered folder to another; fails if some would be lost')
    .requiredOption('--before <dir>', 'what is deployed')
    .option('--after <dir>', 'what is to be deployed', DEFAULT_OUT)
    .addOption(allowOption())
    .addOption(jsonOption())
    .action(diff)
  command
    .command('cost')
    .description(
      'estimate what a load needs: CKU, CFU, DBU, traffic and storage, with what is taken for granted',
    )
    .requiredOption('--events-per-second <n>', 'clicks and order lines, on average over a day', parseNumber)
    .requiredOption('--shoppers <n>', 'people who come in a year', parseCount)
    .requiredOption('--products <n>', 'in the shop', parseCount)
    .option('--peak <x>', 'busiest second over the average one', parseNumber, 4)
    .addOption(
      new Option('--cluster <type>', 'of Kafka').choices(Object.keys(CLUSTER_UNITS)).default('standard'),
    )
    .option('--partitions <n>', 'of each topic', parseCount, 6)
    .addOption(new Option('--json', 'one JSON object on stdout'))
    .action(cost)
  return command.addHelpText('after', EXAMPLES)
}

const outOption = () => new Option('--out <dir>', 'folder of the rendering').default(DEFAULT_OUT)
const jsonOption = () => new Option('--json', 'one JSON object per finding on stdout')
const allowOption = () =>
  new Option('--allow-state-loss <name>', 'of a topic, subject or job that may be lost; again for more')
    .argParser((name: string, before: readonly string[]) => [...before, name])
    .default([], 'nothing')

function parseNumber(text: string): number {
  const number = Number(text)
  if (Number.isFinite(number) && number > 0) return number
  throw new InvalidArgumentError('not a number above 0.')
}

function parseCount(text: string): number {
  const count = Number(text)
  if (Number.isSafeInteger(count) && count > 0) return count
  throw new InvalidArgumentError('not a whole number above 0.')
}

function render({ out, partitions, datagenFrom, allowStateLoss, json }: RenderOptions): void {
  const outcomes = renderDeployment(out, PLATFORMS, {
    catalog,
    partitions,
    allowed: allowStateLoss,
    ...(datagenFrom === undefined ? {} : { datagenFrom }),
  })
  print(outcomes, json)
  process.stderr.write(`rendered into ${out}\n`)
}

async function check({
  out,
  bundle,
  json,
}: OutOption & JsonOption & { readonly bundle?: string }): Promise<void> {
  const rendered = PLATFORMS.flatMap(({ name: platform, check: faultsOf }) =>
    faultsOf(join(out, platform), catalog).map((finding) => ({ platform, ...finding })),
  )
  const bundled =
    bundle === undefined ? [] : await bundleFaults(bundle, (line) => process.stderr.write(`${line}\n`))
  const faults = [...rendered, ...bundled.map((finding) => ({ platform: 'databricks', ...finding }))].map(
    (finding): Outcome => ({ kind: 'fault', ...finding }),
  )
  print(faults, json)
  process.stderr.write(faults.length === 0 ? 'nothing found\n' : `${faults.length} faults\n`)
  if (faults.length > 0) process.exitCode = 1
}

function diff({ before, after, allowStateLoss, json }: DiffOptions): void {
  const outcomes = compareDeployments(before, after, PLATFORMS)
  print(outcomes, json)
  refuseLosses({ losses: outcomes.filter(({ kind }) => kind === 'loss') }, allowStateLoss)
}

type CostOptions = JsonOption & Load & { readonly cluster: ClusterType }

function cost({ json, ...load }: CostOptions): void {
  const needs = cloudNeeds(load, catalog)
  if (json === true) {
    process.stdout.write(`${JSON.stringify({ load, needs, assumptions: ASSUMPTIONS })}\n`)
    return
  }
  for (const [name, value] of Object.entries(needs)) process.stdout.write(`${name.padEnd(20)}${value}\n`)
  process.stdout.write('\ntaken for granted:\n')
  for (const [name, { value, unit, source }] of Object.entries(ASSUMPTIONS)) {
    process.stdout.write(`${name.padEnd(22)}${String(value).padStart(9)} ${unit} (${source})\n`)
  }
}

function print(outcomes: readonly Outcome[], json: boolean | undefined): void {
  for (const outcome of outcomes) {
    const { platform, kind, name, message } = outcome
    process.stdout.write(
      json === true ? `${JSON.stringify(outcome)}\n` : `${kind.padEnd(5)} ${platform} ${name}: ${message}\n`,
    )
  }
}
