import { EndcapError } from '../../../core/errors.ts'
import type { RestClient } from '../../../core/http/rest-client.ts'
import { orNull } from './mlflow-client.ts'
import { isReady, labelsOf, RegisteredModel, versionOf } from './registered-model.ts'
import { endRun, type Run, startRun } from './runs.ts'
import type { NewVersion, StoredVersion, VersionStore } from './version-store.ts'

const API = '/api/2.0/mlflow'
const ARTIFACTS = '/api/2.0/mlflow-artifacts/artifacts'
/** What the server calls artefacts that go through itself. */
const PROXIED = /^mlflow-artifacts:(?:\/\/[^/]*)?\/(.*)$/
/** Folder of the model among the artefacts of its run. */
const MODEL_FOLDER = 'model'
/** Of one file, there or back. */
const FILE_TIMEOUT_MS = 600_000

/** A registered model of an MLflow server: each version is the artefacts of one run in the experiment of the same name. */
export function trackingServerStore(client: RestClient, name: string): VersionStore {
  const model = new RegisteredModel(client, API, name)
  return {
    place: `mlflow model '${name}' at ${client.address}`,
    create: (version) => create(client, model, version),
    versions: async (tag) => {
      const conditions = [
        `name='${name}'`,
        ...(tag === undefined ? [] : [`tags.\`${tag.key}\`='${tag.value}'`]),
      ]
      return (await model.search(conditions.join(' and '))).filter(isReady).map(versionOf)
    },
    ...labelsOf(model),
    readFile: (version, path) => orNull(readFile(client, version, path)),
  }
}

/** The version is made last, so whoever dies before leaves a run without one. */
async function create(client: RestClient, model: RegisteredModel, version: NewVersion): Promise<void> {
  await model.ensure()
  const run = await startRun(client, model.name, version.run)
  const end = (status: 'FINISHED' | 'FAILED') => endRun(client, run, { status, at: version.run.at })
  try {
    await upload(client, run, version)
    await model.createVersion({
      source: `${run.artifactUri}/${MODEL_FOLDER}`,
      run_id: run.id,
      description: version.description,
      tags: Array.from(version.tags, ([key, value]) => ({ key, value })),
    })
  } catch (error) {
    // The first error says more than one about the run that it leaves.
    await end('FAILED').catch(() => {})
    throw error
  }
  await end('FINISHED')
}

async function upload(client: RestClient, { artifactUri }: Run, { files }: NewVersion): Promise<void> {
  const folder = `${proxiedPath(artifactUri)}/${MODEL_FOLDER}`
  for (const [path, body] of files) {
    await client.json({
      method: 'PUT',
      path: `${ARTIFACTS}/${encoded(`${folder}/${path}`)}`,
      body,
      what: `store '${path}'`,
      timeoutMs: FILE_TIMEOUT_MS,
    })
  }
}

const readFile = (client: RestClient, { source }: StoredVersion, path: string): Promise<Uint8Array> =>
  client.bytes({
    method: 'GET',
    path: `${ARTIFACTS}/${encoded(`${proxiedPath(source)}/${path}`)}`,
    what: `read '${path}'`,
    timeoutMs: FILE_TIMEOUT_MS,
  })

/** @throws EndcapError NOT_EXPRESSIBLE if clients are to reach the store of artefacts themselves */
function proxiedPath(uri: string): string {
  const path = PROXIED.exec(uri)?.[1]
  if (path !== undefined) return path
  throw new EndcapError('NOT_EXPRESSIBLE', `artefacts at ${uri} do not go through the server`, {
    place: 'mlflow',
    remedy: 'Start the server with --artifacts-destination instead of --default-artifact-root.',
  })
}

const encoded = (path: string): string => path.split('/').map(encodeURIComponent).join('/')
