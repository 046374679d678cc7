import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EndcapError } from '../../core/errors.ts'
import { seededRandom } from '../../core/random.ts'
import { mlflowModel } from '../../models/onnx/mlflow-model.ts'
import { randomRanker } from '../../models/rankers/random-ranker.ts'
import { MlflowServer } from '../python/mlflow-server.ts'
import { missingPython, pythonEnvironment } from '../python/python-environment.ts'
import { BenchChild } from './child.ts'
import type { InvocationsServerMessage, InvocationsServerTask } from './invocations-server.ts'
import { type Machine, machine } from './machine.ts'
import { median, rounded, withFolder } from './measuring.ts'
import type { ServeClientMessage, ServeClientResult, ServeClientTask } from './serve-client.ts'

export type InvocationsBenchOptions = {
  /** Of one request. */
  readonly rows: number
  readonly features: number
  readonly trees: number
  /** Requests of a run on our side; MLflow gets a tenth. */
  readonly requests: number
  readonly runs: number
}

/** One client that asks again as soon as it is answered, and sixteen. */
const CLIENTS = [1, 16] as const

type Form = 'dataframe_split' | 'inputs'
type Side = 'endcap' | 'mlflow'

/** Medians of the runs. */
export type InvocationsRow = {
  readonly form: Form
  readonly clients: number
  readonly endcap_rps: number
  readonly endcap_p50_ms: number
  /** Null without MLflow. */
  readonly mlflow_rps: number | null
  readonly mlflow_p50_ms: number | null
}

export type InvocationsFigures = {
  readonly bench: 'invocations'
  readonly rows: number
  readonly features: number
  readonly trees: number
  readonly figures: readonly InvocationsRow[]
  /** Scores that both gave, compared within 1e-5: MLflow computes in float32. */
  readonly rows_checked: number
  readonly mlflow: string
  readonly machine: Machine
}

const SEED = 'invocations bench'
const DEPTH = 6
const CLOSE = 1e-5

/** Our scoring server beside PyPI's MLflow with one worker: the same trees, the same rows, answers checked first. */
export async function benchInvocations(
  options: InvocationsBenchOptions,
  progress: (text: string) => void,
): Promise<InvocationsFigures> {
  const missing = await missingPython()
  if (missing !== null) progress(`without MLflow: ${missing}`)
  const size = {
    shape: 'oblivious',
    depth: DEPTH,
    featureCount: options.features,
    treeCount: options.trees,
  } as const
  return withFolder(async (folder) => {
    using own = new BenchChild<InvocationsServerMessage>('invocations-server')
    own.tell({ seed: SEED, size } satisfies InvocationsServerTask)
    const urls: Partial<Record<Side, string>> = { endcap: (await own.hear('listening')).url }
    const bodies = bodiesOf(options)
    if (missing !== null)
      return await measure({ options, urls, bodies, checked: 0, mlflow: missing }, progress)
    progress('starting MLflow ...')
    const model = join(folder, 'model')
    mkdirSync(model)
    for (const [name, bytes] of mlflowModel(randomRanker(seededRandom(SEED), size), new Date(0))) {
      writeFileSync(join(model, name), bytes)
    }
    using theirs = await MlflowServer.start(await pythonEnvironment('mlflow', progress), model)
    urls.mlflow = theirs.url
    const checked = await checkScores(urls, bodies)
    const mlflow = await (await fetch(`${theirs.url}/version`)).text()
    return await measure({ options, urls, bodies, checked, mlflow }, progress)
  })
}

type Bench = {
  readonly options: InvocationsBenchOptions
  readonly urls: Partial<Record<Side, string>>
  readonly bodies: Readonly<Record<Form, string>>
  readonly checked: number
  /** Its version, or why it did not run. */
  readonly mlflow: string
}

async function measure(bench: Bench, progress: (text: string) => void): Promise<InvocationsFigures> {
  const { options } = bench
  using client = new BenchChild<ServeClientMessage>('serve-client')
  const figures: InvocationsRow[] = []
  for (const form of ['dataframe_split', 'inputs'] as const) {
    for (const clients of CLIENTS) {
      progress(`${form}, ${clients} at once ...`)
      const results = await byTurns(bench, client, form, clients)
      figures.push({
        form,
        clients,
        endcap_rps: median(results.endcap.map(({ rps }) => rps)),
        endcap_p50_ms: median(results.endcap.map(({ p50Ms }) => p50Ms)),
        mlflow_rps: results.mlflow.length === 0 ? null : median(results.mlflow.map(({ rps }) => rps)),
        mlflow_p50_ms: results.mlflow.length === 0 ? null : median(results.mlflow.map(({ p50Ms }) => p50Ms)),
      })
    }
  }
  const { rows, features, trees } = options
  return {
    bench: 'invocations',
    rows,
    features,
    trees,
    figures,
    rows_checked: bench.checked,
    mlflow: bench.mlflow,
    machine: machine(),
  }
}

type Speed = { readonly rps: number; readonly p50Ms: number }

async function byTurns(
  { options, urls, bodies }: Bench,
  client: BenchChild<ServeClientMessage>,
  form: Form,
  connections: number,
): Promise<Record<Side, Speed[]>> {
  const results: Record<Side, Speed[]> = { endcap: [], mlflow: [] }
  const ask = async (url: string, count: number): Promise<ServeClientResult> => {
    const task = { kind: 'ask', url: `${url}/invocations`, bodies: [bodies[form]], count, connections }
    client.tell({ ...task, rate: null } as ServeClientTask)
    return (await client.hear('done')).result
  }
  for (let run = 0; run < options.runs; run += 1) {
    for (const side of ['endcap', 'mlflow'] as const) {
      const url = urls[side]
      if (url === undefined) continue
      const count = side === 'endcap' ? options.requests : Math.ceil(options.requests / 10)
      await ask(url, Math.ceil(count / 5))
      const { ms, p50Ms } = await ask(url, count)
      results[side].push({ rps: Math.round((1000 * count) / ms), p50Ms: rounded(p50Ms) })
    }
  }
  return results
}

function bodiesOf({ rows, features }: InvocationsBenchOptions): Readonly<Record<Form, string>> {
  const random = seededRandom(`${SEED} rows`)
  const { featureNames: columns } = randomRanker(seededRandom(SEED), {
    shape: 'oblivious',
    depth: DEPTH,
    featureCount: features,
    treeCount: 1,
  })
  const data = Array.from({ length: rows }, () =>
    columns.map(() => Math.fround(Math.round(random.next() * 4000 - 2000) / 100)),
  )
  return {
    dataframe_split: JSON.stringify({ dataframe_split: { columns, data } }),
    inputs: JSON.stringify({
      inputs: Object.fromEntries(columns.map((name, place) => [name, data.map((row) => row[place])])),
    }),
  }
}

/** @returns scores compared. @throws EndcapError ENGINE_FAILED if they differ */
async function checkScores(urls: Partial<Record<Side, string>>, bodies: Bench['bodies']): Promise<number> {
  let checked = 0
  for (const form of ['dataframe_split', 'inputs'] as const) {
    const [own = [], theirs = []] = await Promise.all(
      [urls.endcap, urls.mlflow].map((url) => scoresOf(`${url}/invocations`, bodies[form])),
    )
    const wrong = own.findIndex((score, row) => {
      const other = theirs[row] ?? Number.NaN
      return !(Math.abs(score - other) <= CLOSE * Math.max(1, Math.abs(other)))
    })
    if (own.length === 0 || own.length !== theirs.length || wrong >= 0) {
      throw new EndcapError(
        'ENGINE_FAILED',
        `${form}: row ${wrong} is scored ${own[wrong]}, not ${theirs[wrong]}`,
        {
          place: 'bench invocations',
          remedy: 'Nothing was timed.',
        },
      )
    }
    checked += own.length
  }
  return checked
}

async function scoresOf(url: string, body: string): Promise<readonly number[]> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url, { method: 'POST', headers, body })
  if (!response.ok) {
    throw new EndcapError('ENGINE_FAILED', `it answered ${response.status}: ${await response.text()}`, {
      place: url,
    })
  }
  const { predictions } = (await response.json()) as { readonly predictions: readonly { score: number }[] }
  return predictions.map(({ score }) => score)
}
