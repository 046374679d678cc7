import type { LoggedRecord } from '../algebra/source.ts'
import { type Definitions, sourcesOf } from '../compile/definitions.ts'
import type { Gap } from '../compile/gap.ts'
import { DAY_MS, floorTo, HOUR_MS } from '../core/duration.ts'
import { AnswerIndex, type AnswerRows, type Difference } from './answer-rows.ts'
import type { Question, StatisticsEngine } from './engine.ts'

/** One engine held to another on one view, pair statistic or stream's refusals. */
export type ParityReport = {
  /** Name of the view or pair statistic; `<stream>.refusals` for what was refused. */
  readonly view: string
  readonly engine: string
  readonly against: string
  /** Records in the log of both. */
  readonly events: number
  /** Rows compared: tiles, and keys of each window at each as-of. */
  readonly rows: number
  readonly mismatches: number
  /** The first of them; not there where all agree. */
  readonly examples?: readonly Difference[]
}

export type GapReport = {
  readonly view: string
  readonly engine: string
  readonly gap: Gap['kind']
  readonly reason: string
}

/** Two instants at which windows are asked for: the end of a tile of every size, and the middle of one. */
export type AsOfs = { readonly aligned: number; readonly unaligned: number }

export type ParityOptions = {
  readonly definitions: Definitions
  readonly records: readonly LoggedRecord[]
  /** To which the others are held. */
  readonly oracle: StatisticsEngine
  readonly engines: readonly StatisticsEngine[]
  readonly asOfs: AsOfs
  readonly maxExamples?: number
}

/**
 * The same records through every engine, which have loaded them already, and equality at the same
 * (as_of, log position): all tiles, all windows at both instants, pair sums and refusals.
 */
export async function* compareEngines(options: ParityOptions): AsyncGenerator<ParityReport | GapReport> {
  for (const subject of subjectsOf(options)) {
    const tallies = new Map(options.engines.map((engine) => [engine, new Tally()]))
    const gaps = new Map<string, GapReport>()
    for (const { label, question, ask } of subject.questions) {
      const expected = new AnswerIndex(await ask(options.oracle))
      for (const [engine, tally] of tallies) {
        const gap = engine.gapOf(question)
        if (gap === undefined) tally.add(label, expected, await ask(engine))
        else gaps.set(`${engine.name} ${gap.reason}`, gapReport(subject.name, engine, gap))
      }
    }
    for (const [engine, tally] of tallies) {
      if (tally.asked > 0) yield tally.report(subject.name, engine, options)
    }
    yield* gaps.values()
  }
}

type Subject = { readonly name: string; readonly questions: readonly Asked[] }

type Asked = {
  /** `tiles`, `last_7d at 1770000000000`. */
  readonly label: string
  readonly question: Question
  readonly ask: (engine: StatisticsEngine) => Promise<AnswerRows>
}

function subjectsOf({ definitions, asOfs }: ParityOptions): readonly Subject[] {
  const views = [...definitions.views, ...definitions.batchViews].map((plan): Subject => {
    // By instant first: windows that end together are then asked together.
    const windows = Object.values(asOfs).flatMap((asOf) =>
      Object.entries(plan.view.windows).map(
        ([name, window]): Asked => ({
          label: `${name} at ${asOf}`,
          question: { kind: 'window', plan, asOf },
          ask: async (engine) => ({ kind: 'window', rows: await engine.window(plan, window, asOf) }),
        }),
      ),
    )
    const tiles: Asked = {
      label: 'tiles',
      question: { kind: 'tiles', plan },
      ask: async (engine) => ({ kind: 'tiles', rows: await engine.tiles(plan) }),
    }
    return { name: plan.view.name, questions: [tiles, ...windows] }
  })
  const pairs = definitions.pairs.map((plan): Subject => {
    const ask: Asked['ask'] = async (engine) => ({ kind: 'pairs', rows: await engine.pairs(plan) })
    return { name: plan.pairs.name, questions: [{ label: 'sums', question: { kind: 'pairs', plan }, ask }] }
  })
  const refusals = definitions.streams.map((stream): Subject => {
    const ask: Asked['ask'] = async (engine) => ({ kind: 'refusals', rows: await engine.refusals(stream) })
    const question: Question = { kind: 'refusals', stream }
    return { name: `${stream.name}.refusals`, questions: [{ label: 'refusals', question, ask }] }
  })
  return [...views, ...pairs, ...refusals]
}

const DEFAULT_EXAMPLES = 5

/** What one engine's answers to the questions of one subject come to. */
class Tally {
  asked = 0
  private rows = 0
  private mismatches = 0
  private readonly examples: Difference[] = []

  add(label: string, expected: AnswerIndex, actual: AnswerRows): void {
    this.asked += 1
    this.rows += expected.size
    for (const difference of expected.differences(label, actual)) {
      this.mismatches += 1
      this.examples.push(difference)
    }
  }

  report(view: string, engine: StatisticsEngine, options: ParityOptions): ParityReport {
    const { maxExamples = DEFAULT_EXAMPLES } = options
    return {
      view,
      engine: engine.name,
      against: options.oracle.name,
      events: options.records.length,
      rows: this.rows,
      mismatches: this.mismatches,
      ...(this.mismatches === 0 ? {} : { examples: this.examples.slice(0, maxExamples) }),
    }
  }
}

const gapReport = (view: string, engine: StatisticsEngine, gap: Gap): GapReport => ({
  view,
  engine: engine.name,
  gap: gap.kind,
  reason: gap.reason,
})

/** Instants inside the events: the start of the day that holds the latest but a quarter of them, and some hours on. */
export function asOfsOf(definitions: Definitions, records: readonly LoggedRecord[]): AsOfs {
  const atOf = new Map(sourcesOf(definitions).map((source) => [source.name, source.at] as const))
  const instants = records
    .map((record) => record.value[atOf.get(record.topic) ?? ''])
    .filter((at) => typeof at === 'number')
    .toSorted((a, b) => a - b)
  const aligned = floorTo(instants[Math.floor(instants.length * 0.75)] ?? 0, DAY_MS)
  return { aligned, unaligned: aligned + 7 * HOUR_MS + 1_234_567 }
}
