import { Command, InvalidArgumentError, Option } from 'commander'
import type { LoggedRecord } from '../../algebra/source.ts'
import type { Definitions } from '../../compile/definitions.ts'
import type { StatisticsEngine } from '../../features/engine.ts'
import type { GapReport, ParityReport } from '../../features/parity.ts'
import type { EngineName, StackEndpoints, StackOptions } from '../stack/types.ts'
import { withStack } from '../stack/with-stack.ts'
import { catalogDefinitions } from '../verification/definitions.ts'
import { openEngine, stackEnginesOf, VERIFIED_ENGINES, type VerifiedEngine } from '../verification/engines.ts'
import { type RecordOptions, recordsToVerify } from '../verification/records.ts'
import { verifyEngines } from '../verification/verify-engines.ts'

type VerifyOptions = RecordOptions & {
  readonly engines: readonly VerifiedEngine[]
  readonly runDir?: string
  readonly json?: boolean
}

export function verifyCommand(): Command {
  return new Command('verify')
    .description('run the same events through several engines and ask for equality, bit for bit')
    .addOption(
      new Option('--engines <list>', `of ${VERIFIED_ENGINES.join(', ')}`)
        .argParser(parseEngines)
        .default(['inprocess', 'duckdb'], 'inprocess,duckdb'),
    )
    .addOption(
      new Option(
        '--events <n>',
        'at most so many (default: 100,000 made-up ones, or all of --data)',
      ).argParser(parseCount),
    )
    .option('--seed <text>', 'of the made-up events: same seed and number, same records', '1')
    .option('--data <dir>', 'events of a folder or file that `import` reads, instead of made-up ones')
    .option('--run-dir <folder>', 'where the stack runs, as for `endcap stack`')
    .option('--json', 'one JSON object per view and engine on stdout')
    .action(verify)
}

const isEngine = (name: string): name is VerifiedEngine =>
  (VERIFIED_ENGINES as readonly string[]).includes(name)

function parseEngines(text: string): readonly VerifiedEngine[] {
  const names = [...new Set(text.split(',').map((name) => name.trim()))]
  const unknown = names.filter((name) => !isEngine(name))
  if (unknown.length === 0) return names.filter(isEngine)
  throw new InvalidArgumentError(
    `unknown: ${unknown.join(', ')}; engines are ${VERIFIED_ENGINES.join(', ')}.`,
  )
}

function parseCount(text: string): number {
  const count = Number(text)
  if (Number.isInteger(count) && count > 0) return count
  throw new InvalidArgumentError('not a whole number above 0.')
}

async function verify(options: VerifyOptions): Promise<void> {
  const definitions = catalogDefinitions()
  const records = await recordsToVerify(definitions, options)
  const stackEngines = stackEnginesOf(options.engines)
  const run = (stack?: StackEndpoints) => runOn(stack, options, definitions, records)
  process.exitCode =
    stackEngines.length === 0 ? await run() : await withStack(stackOptions(stackEngines, options), run)
}

/** A folder of one's own goes with ports of one's own. */
const stackOptions = (engines: readonly EngineName[], { runDir }: VerifyOptions): StackOptions => ({
  engines,
  report: progress,
  ...(runDir === undefined ? {} : { runDir, portBase: 'free' }),
})

/** @returns the exit code */
async function runOn(
  stack: StackEndpoints | undefined,
  { engines: names, json }: VerifyOptions,
  definitions: Definitions,
  records: readonly LoggedRecord[],
): Promise<0 | 1> {
  await using cleanups = new AsyncDisposableStack()
  const engines: StatisticsEngine[] = []
  for (const name of names) engines.push(await openEngine(name, stack, cleanups))
  return await verifyEngines({
    definitions,
    records,
    engines,
    onReport: (report) =>
      process.stdout.write(`${json === true ? JSON.stringify(report) : lineOf(report)}\n`),
    onProgress: progress,
  })
}

function progress(line: string): void {
  process.stderr.write(`${line}\n`)
}

function lineOf(report: ParityReport | GapReport): string {
  if ('gap' in report) return `${named(report)} gap, ${report.gap}: ${report.reason}`
  const { events, rows, mismatches, against, examples = [] } = report
  const verdict = mismatches === 0 ? 'equal' : `${mismatches} MISMATCHES`
  const differing = examples.map(
    ({ answer, key, expected, actual }) => `\n  ${answer} ${key}: expected ${expected}, got ${actual}`,
  )
  return `${named(report)} ${verdict}: ${rows} rows of ${events} events against ${against}${differing.join('')}`
}

const named = ({ view, engine }: ParityReport | GapReport) => `${view.padEnd(24)} ${engine.padEnd(10)}`
