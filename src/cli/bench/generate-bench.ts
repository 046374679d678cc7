import { createHash } from 'node:crypto'
import { createReadStream, globSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { EndcapError } from '../../core/errors.ts'
import { LineFile } from '../generating/line-file.ts'
import { writeShop } from '../generating/tell-shop.ts'
import { type Machine, machine } from './machine.ts'
import { greatest, median, withFolder } from './measuring.ts'
import { runVerb, type VerbRun } from './verb-run.ts'

export type GenerateBenchOptions = {
  /** At least about so many. */
  readonly events: number
  readonly runs: number
}

export type GenerateFigures = {
  readonly bench: 'generate'
  /** Median over the runs: events written to a folder a second of the clock, start of the process included. */
  readonly events_per_s: number
  readonly runs: readonly number[]
  /** The same for each second of processor time, all threads counted: what one core does that nobody else uses. */
  readonly events_per_cpu_s: number
  /** Lines of the same files parsed, made text again and written. */
  readonly floor_events_per_s: number
  readonly events: number
  readonly megabytes: number
  /** Peak of RssAnon, MB (2^20 bytes); and of a shop with a quarter of the events. */
  readonly peak_anon_mb: number | null
  readonly quarter_peak_anon_mb: number | null
  readonly answer_check: { readonly files: number; readonly events: number; readonly bytes: 'equal' }
  readonly machine: Machine
}

const SHOP = { products: 2000, days: 60, seed: 8 } as const
const CHECKED = { products: 60, customers: 90, days: 20, seed: 7, endAt: Date.UTC(2026, 0, 1) } as const
/** Of 60 days. */
const EVENTS_PER_CUSTOMER = 92

/**
 * Checks that two runs give the same bytes and that the truth counts their lines, then times `generate` to a folder.
 * @throws EndcapError ENGINE_FAILED if the answer is wrong
 */
export async function benchGenerate(
  { events, runs }: GenerateBenchOptions,
  progress: (text: string) => void,
): Promise<GenerateFigures> {
  progress('checking the answer ...')
  const answer_check = await withFolder(checkAnswer)
  const customers = Math.ceil(events / EVENTS_PER_CUSTOMER)
  const quarter = await withFolder((folder) => generate(Math.ceil(customers / 4), folder))
  const made: VerbRun[] = []
  const floors: number[] = []
  let megabytes = 0
  for (let run = 1; run <= runs; run += 1) {
    progress(`run ${run} of ${runs} ...`)
    await withFolder(async (folder) => {
      made.push(await generate(customers, folder))
      megabytes = Math.round(topicFiles(folder).reduce((sum, file) => sum + statSync(file).size, 0) / 1e6)
      floors.push(await floorOf(folder))
    })
  }
  const count = Number(made[0]?.answer['events'])
  const rates = (field: string) => made.map(({ answer }) => Math.round(count / Number(answer[field])))
  return {
    bench: 'generate',
    events_per_s: median(rates('seconds')),
    runs: rates('seconds'),
    events_per_cpu_s: median(rates('cpu_seconds')),
    floor_events_per_s: Math.round(median(floors)),
    events: count,
    megabytes,
    peak_anon_mb: greatest(made.map(({ peakAnonMb }) => peakAnonMb)),
    quarter_peak_anon_mb: quarter.peakAnonMb,
    answer_check,
    machine: machine(),
  }
}

function generate(customers: number, folder: string): Promise<VerbRun> {
  const sizes = Object.entries({ ...SHOP, customers }).flatMap(([name, size]) => [`--${name}`, String(size)])
  return runVerb('generate', ...sizes, '--to', folder)
}

const topicFiles = (folder: string): readonly string[] => globSync(join(folder, '*.ndjson'))

async function checkAnswer(folder: string): Promise<GenerateFigures['answer_check']> {
  const [first, second] = [join(folder, 'first'), join(folder, 'second')]
  const { topics } = await writeShop(CHECKED, first)
  await writeShop(CHECKED, second)
  const files = globSync('**/*.*', { cwd: first }).toSorted()
  for (const file of files) {
    if ((await digest(join(first, file))) !== (await digest(join(second, file)))) {
      throw wrong(`two runs differ in '${file}'`)
    }
  }
  for (const [topic, count] of Object.entries(topics)) {
    const lines = await countLines(join(first, `${topic}.ndjson`))
    if (lines !== count) throw wrong(`${lines} lines of ${topic}, ${count} told`)
  }
  const events = Object.values(topics).reduce((sum, count) => sum + count, 0)
  return { files: files.length, events, bytes: 'equal' }
}

async function digest(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const part of createReadStream(file)) hash.update(part)
  return hash.digest('hex')
}

async function countLines(file: string): Promise<number> {
  let lines = 0
  for await (const _line of createInterface({ input: createReadStream(file) })) lines += 1
  return lines
}

/** Events a second when nothing is made up: what parsing, text and the disk alone take. */
async function floorOf(folder: string): Promise<number> {
  const startedAt = performance.now()
  let lines = 0
  for (const path of topicFiles(folder)) {
    const copy = new LineFile(`${path}.copy`)
    for await (const line of createInterface({ input: createReadStream(path) })) {
      copy.write(JSON.stringify(JSON.parse(line)))
      lines += 1
    }
    copy.finish()
  }
  return (lines / (performance.now() - startedAt)) * 1000
}

const wrong = (message: string) =>
  new EndcapError('ENGINE_FAILED', message, { place: 'bench generate', remedy: 'Nothing was timed.' })
