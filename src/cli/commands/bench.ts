import { Command, Option } from 'commander'
import { PROFILES } from '../../catalog/stack-settings.ts'
import { benchCatchUp } from '../bench/catch-up-bench.ts'
import { benchFreshness } from '../bench/freshness-bench.ts'
import { benchGenerate } from '../bench/generate-bench.ts'
import { benchIngest, type IngestFigures, type IngestOptions } from '../bench/ingest-bench.ts'
import { benchMemory } from '../bench/memory-bench.ts'
import { benchServe } from '../bench/serve-bench.ts'
import { parseCount, printing } from './bench-output.ts'
import { invocationsBenchCommand, scoreBenchCommand, trainBenchCommand } from './bench-ranker.ts'

const EXAMPLES = `
Examples:
  endcap bench ingest
  endcap bench freshness --json
  endcap bench catch-up --profile stack --json
  endcap bench generate --events 1000000 --json
  endcap bench serve --products 100000 --shoppers 100000 --json
  endcap bench memory --data online-retail/ --json
  endcap bench ingest --events 1000000 --shoppers 1000000 --json
  endcap bench train --json
  endcap bench score
  endcap bench invocations --json`

/** `endcap bench`: figures with the machine they were measured on, answers checked first. */
export function benchCommand(): Command {
  return new Command('bench')
    .description('measure speed and memory, answers checked first')
    .addCommand(ingestCommand())
    .addCommand(freshnessCommand())
    .addCommand(catchUpCommand())
    .addCommand(generateCommand())
    .addCommand(serveCommand())
    .addCommand(memoryCommand())
    .addCommand(trainBenchCommand())
    .addCommand(scoreBenchCommand())
    .addCommand(invocationsBenchCommand())
    .addHelpText('after', EXAMPLES)
}

function ingestCommand(): Command {
  return new Command('ingest')
    .description('events a second by HTTP: on disk and in the state when the answer comes')
    .option('--events <n>', 'events of a run', parseCount, 200_000)
    .option('--shoppers <n>', 'shoppers, drawn evenly', parseCount, 200_000)
    .option('--products <n>', 'products, some much more popular', parseCount, 10_000)
    .option('--history-events <n>', 'generated events to import and backfill, at least', parseCount, 500_000)
    .option('--runs <n>', 'runs; the median is told', parseCount, 3)
    .option('--json', 'one JSON object on stdout')
    .action(ingest)
}

function freshnessCommand(): Command {
  return new Command('freshness')
    .description('time from an event that was accepted to the answer that it changes, over HTTP')
    .option('--probes <n>', 'clicks whose effect is waited for', parseCount, 300)
    .option('--background <n>', 'events a second of other shoppers meanwhile', parseCount, 500)
    .addOption(new Option('--profile <name>', 'who counts').choices([...PROFILES]).default('embedded'))
    .option('--run-dir <folder>', 'of a stack that is up already')
    .option('--json', 'one JSON object on stdout')
    .action(printing(benchFreshness))
}

function catchUpCommand(): Command {
  return new Command('catch-up')
    .description('events a second from Kafka through Flink into the tiles of all views')
    .addOption(new Option('--profile <name>', 'engines that count').choices(['stack']).makeOptionMandatory())
    .option('--events <n>', 'events in Kafka before the job starts', parseCount, 500_000)
    .option('--shoppers <n>', 'shoppers, drawn evenly', parseCount, 50_000)
    .option('--products <n>', 'products, some much more popular', parseCount, 10_000)
    .option('--views <list>', 'names of views (default: all)', (text) => text.split(','))
    .option('--run-dir <folder>', 'of a stack that is up already')
    .option('--json', 'one JSON object on stdout')
    .action(printing(benchCatchUp))
}

function serveCommand(): Command {
  return new Command('serve')
    .description('recommendations a second for each core, and the times of answers, over HTTP')
    .option('--products <n>', 'products', parseCount, 10_000)
    .option('--shoppers <n>', 'shoppers, drawn evenly', parseCount, 10_000)
    .option('--days <n>', 'length of their history', parseCount, 400)
    .option('--visits <x>', 'how many times as often as usual people come, in (0, 1]', Number, 0.04)
    .option('--keep <dir>', 'folder to keep the shop in, and to take it from the next time')
    .option('--requests <n>', 'requests of each measurement', parseCount, 5000)
    .option('--rate <n>', 'requests a second at which times are measured', parseCount, 100)
    .option('--json', 'one JSON object on stdout')
    .action(printing(benchServe))
}

function generateCommand(): Command {
  return new Command('generate')
    .description('events a second of a synthetic shop, written to a folder')
    .option('--events <n>', 'events of a run, about', parseCount, 1_000_000)
    .option('--runs <n>', 'runs; the median is told', parseCount, 3)
    .option('--json', 'one JSON object on stdout')
    .action(printing(benchGenerate))
}

function memoryCommand(): Command {
  return new Command('memory')
    .description('memory and time of import, backfill, train and serve on your data')
    .requiredOption('--data <path>', 'what to import')
    .option('--json', 'one JSON object on stdout')
    .action(printing(({ data }: { readonly data: string }, progress) => benchMemory(data, progress)))
}

async function ingest({ json, ...options }: IngestOptions & { readonly json?: boolean }): Promise<void> {
  const figures = await benchIngest(options, (text) => process.stderr.write(`${text}\n`))
  process.stdout.write(json === true ? `${JSON.stringify(figures)}\n` : asText(figures))
}

function asText(figures: IngestFigures): string {
  const { machine, answer_check: check } = figures
  const steps = Object.entries(figures.us_per_event).map(([step, us]) => `  ${step.padEnd(24)}${us}`)
  return [
    `answer check: ${check.events} events, ${check.tiles} tiles, ${check.mismatches} mismatches`,
    `http_events_per_s        ${figures.http_events_per_s} (runs: ${figures.runs.join(', ')})`,
    `import_events_per_s      ${figures.import_events_per_s} (runs: ${figures.import_runs.join(', ')}; floor ${figures.floor_import_events_per_s})`,
    `backfill_events_per_s    ${figures.backfill_events_per_s} (runs: ${figures.backfill_runs.join(', ')}; floor ${figures.floor_backfill_events_per_s})`,
    `server CPU us/event      ${figures.server_cpu_us_per_event}, of which:`,
    ...steps,
    `floor (empty handler)    ${figures.floor_events_per_s} events/s, ${figures.floor_cpu_us_per_event} us/event`,
    `a body of ${figures.events_per_body}           p50 ${figures.body_ms.p50} ms, p99 ${figures.body_ms.p99} ms`,
    `peak memory              ${figures.peak_mb} MB`,
    `${figures.events} events of ${figures.bytes_per_event} B, ${figures.shoppers} shoppers, ${figures.products} products`,
    `${machine.cpu}, ${machine.cores} cores, ${machine.memory_gb} GB, Node ${machine.node}, load ${machine.load}`,
    '',
  ].join('\n')
}
