import type { Answer, Asked } from '../fake-service.ts'
import { failure } from './failure.ts'

const API = '/api/2.0/mlflow'

/** Experiments and runs of a workspace, as far as somebody who only writes them sees. Names of experiments are paths. */
export class FakeRuns {
  readonly #experiments = new Map<string, string>()
  readonly #runs = new Set<string>()

  answer({ method, url, body }: Asked): Answer | null {
    const asked = Object(body)
    switch (`${method} ${url.pathname}`) {
      case `GET ${API}/experiments/get-by-name`:
        return this.#byName(url.searchParams.get('experiment_name') ?? '')
      case `POST ${API}/experiments/create`:
        return this.#create(asked.name)
      case `POST ${API}/runs/create`:
        return this.#start(asked.experiment_id)
      case `POST ${API}/runs/log-batch`:
        return this.#runs.has(asked.run_id) ? done : absent(asked.run_id)
      case `POST ${API}/runs/update`:
        return this.#runs.has(asked.run_id)
          ? { status: 200, body: { run_info: { run_id: asked.run_id, status: asked.status } } }
          : absent(asked.run_id)
      default:
        return null
    }
  }

  #byName(name: string): Answer {
    const id = this.#experiments.get(name)
    return id === undefined
      ? absent(name)
      : { status: 200, body: { experiment: { experiment_id: id, name } } }
  }

  #create(name: string): Answer {
    if (!name.startsWith('/')) return failure(400, 'INVALID_PARAMETER_VALUE', `'${name}' is no absolute path`)
    if (this.#experiments.has(name)) return failure(400, 'RESOURCE_ALREADY_EXISTS', name)
    const id = String(this.#experiments.size + 1)
    this.#experiments.set(name, id)
    return { status: 200, body: { experiment_id: id } }
  }

  #start(experiment: string): Answer {
    const id = `run-${this.#runs.size + 1}`
    this.#runs.add(id)
    const uri = `dbfs:/databricks/mlflow-tracking/${experiment}/${id}/artifacts`
    return {
      status: 200,
      body: { run: { info: { run_id: id, experiment_id: experiment, artifact_uri: uri } } },
    }
  }
}

const done: Answer = { status: 200, body: {} }
const absent = (what: string): Answer => failure(404, 'RESOURCE_DOES_NOT_EXIST', `'${what}' does not exist`)
