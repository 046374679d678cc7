import { Command, InvalidArgumentError } from 'commander'
import { createLogger } from '../../core/logger.ts'
import { serveShop, serveUntilSignal } from '../serving/running-shop.ts'

const EXAMPLES = `
Examples:
  endcap serve --data-dir shop --port 8080
  curl localhost:8080/health
  curl localhost:8080/v1/recommendations -H 'content-type: application/json' -d '{"customer_id": "c-1"}'`

/** `endcap serve`: the API of one data folder, until a signal. */
export function serveCommand(): Command {
  return new Command('serve')
    .description('answer events, recommendations and similar products over HTTP')
    .requiredOption('--data-dir <dir>', 'data folder of the shop; made if it is not there')
    .option('--port <port>', 'port to listen on, 0 for any free one', parsePort, 8080)
    .option('--host <host>', 'address to listen on; no authentication is built yet', '127.0.0.1')
    .option('--json', 'one JSON object with the address on stdout once it listens')
    .addHelpText('after', EXAMPLES)
    .action(serve)
}

type Options = {
  readonly dataDir: string
  readonly port: number
  readonly host: string
  readonly json?: boolean
}

async function serve({ json, ...options }: Options): Promise<void> {
  const logger = createLogger()
  const running = await serveShop({ ...options, logger })
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
