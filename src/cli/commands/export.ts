import { Command } from 'commander'
import { type ExportCounts, exportLog } from '../keeping/export.ts'
import { counted, runSteps, secondsSince } from '../progress.ts'

const EXAMPLES = `
Examples:
  endcap export --data-dir shop --to shop-events
  endcap import shop-events --data-dir another-shop`

type Options = { readonly dataDir: string; readonly to: string; readonly json?: boolean }

/** `endcap export`: the events of a shop as NDJSON files that can be imported again. */
export function exportCommand(): Command {
  return new Command('export')
    .description('write the events of a shop as NDJSON, a file a topic; works beside a server')
    .requiredOption('--data-dir <dir>', 'data folder of the shop')
    .requiredOption('--to <dir>', 'folder to make; must not be there yet, or be empty')
    .option('--json', 'one JSON object on stdout')
    .addHelpText('after', EXAMPLES)
    .action(run)
}

async function run({ dataDir, to, json }: Options): Promise<void> {
  const startedAt = performance.now()
  let counts: ExportCounts | undefined
  await runSteps([
    {
      title: `exporting ${dataDir}`,
      run: async (report) => {
        counts = await exportLog({ dataDir, to, report })
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
