import { Command, InvalidArgumentError, Option } from 'commander'
import { PROFILES, type Profile } from '../../catalog/stack-settings.ts'
import { createLogger } from '../../core/logger.ts'
import { serveShop, serveUntilSignal } from '../serving/running-shop.ts'
import { profileOf, stackSettings } from '../streaming/stack-connection.ts'
import { openStackShop } from '../streaming/stack-shop.ts'

/** More than one core answers, so that it stops a runaway caller and nobody else. */
const DEFAULT_RATE = 2000

const EXAMPLES = `
Examples:
  endcap serve --data-dir shop --port 8080
  endcap serve --data-dir shop --host 0.0.0.0        needs keys, see \`endcap keys create --help\`
  curl localhost:8080/health
  curl localhost:8080/v1/recommendations -H 'content-type: application/json' -d '{"customer_id": "c-1"}'`

/** `endcap serve`: the API of one data folder, until a signal. */
export function serveCommand(): Command {
  const command = new Command('serve')
    .description('answer events, recommendations and similar products over HTTP')
    .requiredOption('--data-dir <dir>', 'data folder of the shop; made if it is not there')
    .option('--port <port>', 'port to listen on, 0 for any free one', parsePort, 8080)
    .option(
      '--host <host>',
      'address to listen on; one that others can reach needs keys (`endcap keys`)',
      '127.0.0.1',
    )
    .option(
      '--rate-limit <n>',
      'requests a second for each key, or address without one; 0 for no limit',
      parseRate,
      DEFAULT_RATE,
    )
    .addOption(profileOption())
    .option('--json', 'one JSON object with the address on stdout once it listens')
    .addHelpText('after', EXAMPLES)
    .action(serve)
  for (const option of stackOptions()) command.addOption(option)
  return command
}

/** Which profile a verb runs in; that of `endcap.config.ts`, else embedded, if it is not said. */
export const profileOption = () =>
  new Option('--profile <name>', 'embedded, or stack: events in Kafka, tiles by Flink').choices([...PROFILES])

/** Where the engines of the profile `stack` are, if `endcap.config.ts` does not say it. */
export const stackOptions = () => [
  new Option('--run-dir <folder>', 'of the stack that was started here (default: as `endcap stack up`)'),
  new Option('--topic-prefix <prefix>', 'before the name of every topic (default: `shop.`)'),
]

/** As the options of a command say it. */
export const whereOf = ({
  runDir,
  topicPrefix,
}: Partial<Record<'runDir' | 'topicPrefix', string | undefined>>) => ({
  ...(runDir === undefined ? {} : { runDir }),
  ...(topicPrefix === undefined ? {} : { topicPrefix }),
})

type Options = {
  readonly profile?: Profile
  readonly runDir?: string
  readonly topicPrefix?: string
  readonly dataDir: string
  readonly port: number
  readonly host: string
  readonly rateLimit: number
  readonly json?: boolean
}

async function serve({ json, rateLimit, profile, runDir, topicPrefix, ...options }: Options): Promise<void> {
  const logger = createLogger()
  const stack =
    profileOf(profile) === 'stack' ? await stackSettings(whereOf({ runDir, topicPrefix })) : undefined
  const running = await serveShop({
    ...options,
    rateLimitPerSecond: rateLimit,
    logger,
    ...(stack === undefined ? {} : { open: (shop) => openStackShop(shop, stack) }),
  })
  process.stdout.write(
    json === true ? `${JSON.stringify({ url: running.url })}\n` : `listening on ${running.url}\n`,
  )
  await serveUntilSignal(running, logger)
}

export function parsePort(text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new InvalidArgumentError('not a port from 0 to 65535.')
}

/** A whole number of requests a second. `100/s` is the same as `100`. */
function parseRate(text: string): number {
  const [, digits] = /^([0-9]{1,7})(?:\/s)?$/.exec(text) ?? []
  if (digits !== undefined) return Number(digits)
  throw new InvalidArgumentError('not a whole number of requests a second.')
}
