import { Listr, ListrLogger, ProcessOutput } from 'listr2'

/** Says how far a step has come: `120,000 events`. */
export type Report = (text: string) => void

export type Step = {
  /** What is done: `reading the history`. */
  readonly title: string
  /** @returns what came of it, for people: `541,909 lines` */
  readonly run: (report: Report) => Promise<string>
}

/** A line of progress at most so often where it cannot be drawn in place. */
const PLAIN_REPORT_MS = 5000

/** Runs steps one after the other; progress goes to stderr, drawn in place on a terminal, as lines elsewhere. */
export async function runSteps(steps: readonly Step[]): Promise<void> {
  if (process.stderr.isTTY === true && process.stdout.isTTY === true) await drawn(steps)
  else for (const step of steps) await plain(step)
}

async function drawn(steps: readonly Step[]): Promise<void> {
  const logger = new ListrLogger({ processOutput: new ProcessOutput(process.stderr, process.stdout) })
  const tasks = steps.map(({ title, run }) => ({
    title,
    task: async (_context: unknown, task: { title: string; output: string }) => {
      const startedAt = performance.now()
      const outcome = await run((text) => {
        task.output = text
      })
      task.title = finished(title, outcome, startedAt)
    },
  }))
  await new Listr(tasks, { rendererOptions: { logger, showErrorMessage: false } }).run()
}

async function plain({ title, run }: Step): Promise<void> {
  const startedAt = performance.now()
  let saidAt = startedAt
  const outcome = await run((text) => {
    const now = performance.now()
    if (now - saidAt < PLAIN_REPORT_MS) return
    saidAt = now
    process.stderr.write(`${title}: ${text} ...\n`)
  })
  process.stderr.write(`${finished(title, outcome, startedAt)}\n`)
}

const finished = (title: string, outcome: string, startedAt: number): string =>
  `${title}: ${outcome} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`

/** `1234567` as `1,234,567`. */
export const counted = (count: number): string => count.toLocaleString('en-GB')

/** Seconds since `startedAt` (performance.now), to the millisecond. */
export const secondsSince = (startedAt: number): number =>
  Number(((performance.now() - startedAt) / 1000).toFixed(3))
