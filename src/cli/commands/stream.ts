import { Command } from 'commander'
import type { Profile } from '../../catalog/stack-settings.ts'
import { EndcapError } from '../../core/errors.ts'
import { profileOf, stackSettings } from '../streaming/stack-connection.ts'
import { type StreamStatus, startStream, stopStream, streamStatus } from '../streaming/stream-job.ts'
import { printFigures } from './bench-output.ts'
import { profileOption, stackOptions, whereOf } from './serve.ts'

type Options = {
  readonly dataDir: string
  readonly profile?: Profile
  readonly runDir?: string
  readonly topicPrefix?: string
  readonly json?: boolean
}

const EXAMPLES = `
Examples:
  endcap stack up --engines kafka,registry,flink
  endcap stream start --profile stack --data-dir shop
  endcap serve --profile stack --data-dir shop
  endcap stream stop --profile stack --data-dir shop      with a savepoint; start goes on from it`

/** `endcap stream start|stop|status`: the Flink job that counts a shop's tiles. */
export function streamCommand(): Command {
  const command = new Command('stream')
    .description('start, stop and watch the Flink job that counts tiles (profile stack)')
    .addHelpText('after', EXAMPLES)
  const verbs = [
    ['start', 'start the job, or go on where it stopped; returns when it is live', startStream],
    ['stop', 'stop the job with a savepoint', stopStream],
    ['status', 'how the job does: state, lag, what was refused', streamStatus],
  ] as const
  for (const [name, description, run] of verbs) {
    const verb = command
      .command(name)
      .description(description)
      .requiredOption('--data-dir <dir>', 'data folder of the shop; made if it is not there')
      .addOption(profileOption())
      .option('--json', 'one JSON object on stdout')
      .action((options: Options) => act(options, run))
    for (const option of stackOptions()) verb.addOption(option)
  }
  return command
}

async function act(
  { dataDir, profile, json, ...where }: Options,
  run: (dataDir: string, stack: Awaited<ReturnType<typeof stackSettings>>) => Promise<StreamStatus>,
): Promise<void> {
  if (profileOf(profile) !== 'stack') {
    throw new EndcapError('USAGE', 'the embedded profile counts in the process that serves', {
      remedy: 'Give --profile stack, or `profile` in endcap.config.ts.',
    })
  }
  printFigures(await run(dataDir, await stackSettings(whereOf(where))), json)
}
