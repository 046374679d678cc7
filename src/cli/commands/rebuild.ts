import { Command } from 'commander'
import { type RebuildResult, rebuild } from '../keeping/rebuild.ts'
import { counted, runSteps, secondsSince } from '../progress.ts'

const EXAMPLES = `
Examples:
  endcap rebuild --data-dir shop
  endcap rebuild --data-dir shop --compare --json`

type Options = { readonly dataDir: string; readonly compare?: boolean; readonly json?: boolean }

/** `endcap rebuild`: state and lake again from the log. */
export function rebuildCommand(): Command {
  return new Command('rebuild')
    .description('make the online state and the lake again from the log alone')
    .requiredOption('--data-dir <dir>', 'data folder of the shop; nothing else may write to it')
    .option('--compare', 'hash the state before and after; exit 1 if they differ at the same position')
    .option('--json', 'one JSON object on stdout')
    .addHelpText('after', EXAMPLES)
    .action(run)
}

async function run({ dataDir, compare = false, json }: Options): Promise<void> {
  const startedAt = performance.now()
  let result: RebuildResult | undefined
  await runSteps([
    {
      title: 'rebuilding state and lake from the log',
      run: async (report) => {
        result = await rebuild({ dataDir, compare, report })
        return `${counted(result.logPosition)} records`
      },
    },
  ])
  if (result === undefined) throw new Error('bug: the rebuild step did not run')
  const { logPosition, compared } = result
  const seconds = secondsSince(startedAt)
  if (json === true) {
    process.stdout.write(
      `${JSON.stringify({ log_position: logPosition, ...compared, verdict: verdictOf(compared), seconds })}\n`,
    )
  } else {
    const verdict = compared === null ? '' : `; the state is ${verdictOf(compared)}`
    process.stdout.write(`${counted(logPosition)} records in ${seconds} s${verdict}\n`)
  }
  if (verdictOf(compared) === 'different') process.exitCode = 1
}

/** A state that lagged behind the log has nothing to be compared with. */
function verdictOf(compared: RebuildResult['compared']): 'equal' | 'different' | 'not comparable' | null {
  if (compared === null) return null
  const { before, after } = compared
  if (before.position !== after.position) return 'not comparable'
  return before.hash === after.hash ? 'equal' : 'different'
}
