import { field, textOr } from '../../../core/http/answer-fields.ts'
import type { RestClient } from '../../../core/http/rest-client.ts'
import { isThereAlready, orNull } from './mlflow-client.ts'
import type { RunFigures } from './version-store.ts'

const API = '/api/2.0/mlflow'
/** MLflow takes no more in one call. */
const BATCH = 100

export type Run = {
  readonly id: string
  /** Where its artefacts are. */
  readonly artifactUri: string
}

/** Starts a run in an experiment, made if it is not there, and logs the figures. */
export async function startRun(client: RestClient, experiment: string, figures: RunFigures): Promise<Run> {
  const experimentId = await experimentOf(client, experiment)
  const answer = await client.json({
    method: 'POST',
    path: `${API}/runs/create`,
    body: {
      experiment_id: experimentId,
      run_name: figures.name,
      start_time: figures.at,
      tags: [{ key: 'mlflow.source.name', value: 'endcap train' }],
    },
    what: `start run '${figures.name}'`,
  })
  const info = field(field(answer, 'run'), 'info')
  const run = { id: textOr(info, 'run_id'), artifactUri: textOr(info, 'artifact_uri') }
  const params = Array.from(figures.params, ([key, value]) => ({ key, value }))
  const metrics = Array.from(figures.metrics, ([key, value]) => ({
    key,
    value,
    timestamp: figures.at,
    step: 0,
  }))
  for (let from = 0; from < Math.max(params.length, metrics.length); from += BATCH) {
    const body = {
      run_id: run.id,
      params: params.slice(from, from + BATCH),
      metrics: metrics.slice(from, from + BATCH),
    }
    const what = `log the figures of run '${figures.name}'`
    await client.json({ method: 'POST', path: `${API}/runs/log-batch`, body, what, isRepeatable: true })
  }
  return run
}

/** @param at epoch ms */
export async function endRun(
  client: RestClient,
  run: Run,
  { status, at }: { readonly status: 'FINISHED' | 'FAILED'; readonly at: number },
): Promise<void> {
  const body = { run_id: run.id, status, end_time: at }
  const what = `end run '${run.id}'`
  await client.json({ method: 'POST', path: `${API}/runs/update`, body, what, isRepeatable: true })
}

async function experimentOf(client: RestClient, name: string): Promise<string> {
  const known = await idOf(client, name)
  if (known !== null) return known
  try {
    const what = `make experiment '${name}'`
    const answer = await client.json({
      method: 'POST',
      path: `${API}/experiments/create`,
      body: { name },
      what,
    })
    return textOr(answer, 'experiment_id')
  } catch (error) {
    // Somebody else has made it meanwhile.
    const made = isThereAlready(error) ? await idOf(client, name) : null
    if (made === null) throw error
    return made
  }
}

async function idOf(client: RestClient, name: string): Promise<string | null> {
  const answer = await orNull(
    client.json({
      method: 'GET',
      path: `${API}/experiments/get-by-name`,
      query: { experiment_name: name },
      what: `look for experiment '${name}'`,
    }),
  )
  return answer === null ? null : textOr(field(answer, 'experiment'), 'experiment_id')
}
