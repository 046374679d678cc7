import { Command, InvalidArgumentError, Option } from 'commander'
import { installEngines } from '../stack/install.ts'
import { logTail } from '../stack/process.ts'
import { DEFAULT_PORT_BASE } from '../stack/settings.ts'
import { stackDown, stackLogs, stackStatus, stackUp } from '../stack/stack.ts'
import { ENGINES, type EngineName, type StackReport } from '../stack/types.ts'

type RunOptions = { readonly runDir?: string }
type JsonOptions = RunOptions & { readonly json?: boolean }
type UpOptions = JsonOptions & {
  readonly engines: readonly EngineName[]
  readonly portBase?: number | 'free'
}
type DownOptions = JsonOptions & { readonly engines: readonly EngineName[]; readonly keep?: boolean }
type LogsOptions = RunOptions & { readonly engines: readonly EngineName[]; readonly lines: number }

const isEngine = (name: string): name is EngineName => (ENGINES as readonly string[]).includes(name)

function parseEngines(text: string): readonly EngineName[] {
  const names = text.split(',').map((name) => name.trim())
  const engines = names.filter(isEngine)
  if (engines.length === names.length) return engines
  const unknown = names.filter((name) => !isEngine(name)).join(', ')
  throw new InvalidArgumentError(`unknown: ${unknown}; engines are ${ENGINES.join(', ')}.`)
}

function parseCount(text: string): number {
  const count = Number(text)
  if (Number.isInteger(count) && count > 0) return count
  throw new InvalidArgumentError('not a whole number above 0.')
}

function parsePortBase(text: string): number | 'free' {
  if (text === 'free') return text
  const port = Number(text)
  if (Number.isInteger(port) && port >= 1024 && port <= 65_000) return port
  throw new InvalidArgumentError("not a port from 1024 to 65000, nor 'free'.")
}

const enginesOption = () =>
  new Option('--engines <list>', `of ${ENGINES.join(', ')}`).argParser(parseEngines).default(ENGINES, 'all')
const runDirOption = () =>
  new Option('--run-dir <folder>', 'process ids, ports, logs and data (default: run in the cache folder)')
const jsonOption = () => new Option('--json', 'one JSON object per engine on stdout')

const toStderr: StackReport = (line) => {
  process.stderr.write(`${line}\n`)
}

function print(options: JsonOptions, value: object, text: string): void {
  process.stdout.write(`${options.json === true ? JSON.stringify(value) : text}\n`)
}

async function up(options: UpOptions): Promise<void> {
  const stack = await stackUp({ ...options, report: toStderr })
  for (const engine of stack.engines) {
    const seconds = stack.seconds[engine] ?? null
    const address = addressOf(engine, stack)
    print(
      options,
      { engine, state: 'up', started: seconds !== null, seconds, ...stack[engine] },
      `${engine.padEnd(8)} ${address}`,
    )
  }
}

function addressOf(engine: EngineName, stack: Awaited<ReturnType<typeof stackUp>>): string {
  switch (engine) {
    case 'kafka':
      return stack.kafka.bootstrapBrokers.join(',')
    case 'registry':
      return stack.registry.url
    case 'flink':
      return `${stack.flink.gatewayUrl} (SQL gateway), ${stack.flink.jobManagerUrl} (JobManager)`
    case 'spark':
      return `http://${stack.spark.host}:${stack.spark.port}${stack.spark.path} (Thrift over HTTP)`
  }
}

async function status(options: JsonOptions): Promise<void> {
  for (const engine of await stackStatus(options)) {
    const processes = engine.processes
      .map(({ name, pid, alive }) => `${name} ${pid}${alive ? '' : ' (ended)'}`)
      .join(', ')
    const words = [engine.engine.padEnd(8), engine.state.padEnd(7), processes, engine.reason ?? '']
    print(options, engine, words.join(' ').trimEnd())
    if (engine.state === 'failing') process.exitCode = 1
  }
}

async function down(options: DownOptions): Promise<void> {
  const stopped = await stackDown({ ...options, report: toStderr })
  for (const engine of options.engines) {
    const was = stopped.includes(engine)
    print(
      options,
      { engine, state: 'down', stopped: was },
      `${engine.padEnd(8)} ${was ? 'stopped' : 'was down'}`,
    )
  }
}

async function logs(options: LogsOptions): Promise<void> {
  for (const file of stackLogs(options.engines, options.runDir)) {
    process.stdout.write(`== ${file}\n${await logTail(file, options.lines)}\n`)
  }
}

/** `endcap stack install|up|status|logs|down`: real Kafka, Flink and Spark on this machine, without containers. */
export function stackCommand(): Command {
  const command = new Command('stack').description('start and stop real engines on this machine')
  command
    .command('install')
    .description('download what is not there yet, start nothing')
    .addOption(enginesOption())
    .action((options: { readonly engines: readonly EngineName[] }) =>
      installEngines(options.engines, toStderr),
    )
  command
    .command('up')
    .description('install on first use, start what is not up, return when all answer')
    .addOption(enginesOption())
    .addOption(
      new Option(
        '--port-base <port>',
        `first of the ports, or 'free' (default: ${DEFAULT_PORT_BASE})`,
      ).argParser(parsePortBase),
    )
    .addOption(runDirOption())
    .addOption(jsonOption())
    .action(up)
  command
    .command('status')
    .description('which processes live and answer')
    .addOption(runDirOption())
    .addOption(jsonOption())
    .action(status)
  command
    .command('logs')
    .description('the end of the log of each process')
    .addOption(enginesOption())
    .addOption(new Option('--lines <n>', 'lines per log').argParser(parseCount).default(50))
    .addOption(runDirOption())
    .action(logs)
  command
    .command('down')
    .description('stop everything that was started, also after a crash')
    .addOption(enginesOption())
    .addOption(new Option('--keep', 'leave topics, checkpoints and tables for the next up'))
    .addOption(runDirOption())
    .addOption(jsonOption())
    .action(down)
  return command
}
