import { Command, Option } from 'commander'
import { systemClock } from '../../core/clock.ts'
import { type ExportCounts, exportLog } from '../keeping/export.ts'
import { exportDelta } from '../keeping/export-delta.ts'
import { counted, runSteps, secondsSince } from '../progress.ts'

const EXAMPLES = `
Examples:
  endcap export --data-dir shop --to shop-events
  endcap import shop-events --data-dir another-shop
  endcap export --data-dir shop --to lake --format delta   # again later: what is new is added`

const FORMATS = ['ndjson', 'delta'] as const

type Options = {
  readonly dataDir: string
  readonly to: string
  readonly format: (typeof FORMATS)[number]
  readonly json?: boolean
}

/** `endcap export`: the events of a shop as NDJSON files that can be imported again. */
export function exportCommand(): Command {
  return new Command('export')
    .description('write the events of a shop: NDJSON, a file a topic, or Delta tables; works beside a server')
    .requiredOption('--data-dir <dir>', 'data folder of the shop')
    .requiredOption('--to <dir>', 'folder to make, empty if it is there; Delta tables in it are continued')
    .addOption(new Option('--format <format>', 'how it is written').choices(FORMATS).default('ndjson'))
    .option('--json', 'one JSON object on stdout')
    .addHelpText('after', EXAMPLES)
    .action(run)
}

async function run({ dataDir, to, format, json }: Options): Promise<void> {
  const startedAt = performance.now()
  let counts: ExportCounts | undefined
  await runSteps([
    {
      title: `exporting ${dataDir}`,
      run: async (report) => {
        counts =
          format === 'delta'
            ? await exportDelta({ dataDir, to, clock: systemClock, report })
            : await exportLog({ dataDir, to, report })
        return `${counted(counts.logPosition)} records`
      },
    },
  ])
  if (counts === undefined) throw new Error('bug: the export step did not run')
  const { topics, logPosition } = counts
  const seconds = secondsSince(startedAt)
  const text =
    json === true
      ? JSON.stringify({ to, topics, log_position: logPosition, seconds })
      : `${counted(logPosition)} records (${Object.entries(topics)
          .map(([topic, count]) => `${counted(count)} ${topic}`)
          .join(', ')}), in ${seconds} s`
  process.stdout.write(`${text}\n`)
}
