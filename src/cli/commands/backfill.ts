import { Command } from 'commander'
import { counted, runSteps, secondsSince } from '../progress.ts'
import { type BackfillResult, backfill } from '../training/backfill.ts'

type Options = { readonly dataDir: string; readonly json?: boolean }

/** `endcap backfill`: the online state, computed from the lake. */
export function backfillCommand(): Command {
  return new Command('backfill')
    .description('compute the tiles of every view from the lake and load them into the online state')
    .requiredOption('--data-dir <dir>', 'data folder of the shop')
    .option('--json', 'one JSON object on stdout')
    .action(run)
}

async function run({ dataDir, json }: Options): Promise<void> {
  const startedAt = performance.now()
  let result: BackfillResult | undefined
  await runSteps([
    {
      title: 'computing the state from the lake',
      run: async (report) => {
        result = await backfill(dataDir, report)
        return `${counted(tilesOf(result))} tiles`
      },
    },
  ])
  if (result === undefined) throw new Error('bug: the backfill step did not run')
  const seconds = secondsSince(startedAt)
  const { position, tiles, entities } = result
  const text =
    json === true
      ? JSON.stringify({ log_position: position, tiles, entities, seconds })
      : `${counted(tilesOf(result))} tiles and ${counted(entities)} entities, up to record ${counted(position)}, in ${seconds} s`
  process.stdout.write(`${text}\n`)
}

const tilesOf = ({ tiles }: BackfillResult): number =>
  Object.values(tiles).reduce((sum, count) => sum + count, 0)
