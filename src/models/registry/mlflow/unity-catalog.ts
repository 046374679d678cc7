import { EndcapError } from '../../../core/errors.ts'
import type { RestClient } from '../../../core/http/rest-client.ts'
import { orNull } from './mlflow-client.ts'
import { isReady, labelsOf, RegisteredModel, versionOf } from './registered-model.ts'
import { endRun, type Run, startRun } from './runs.ts'
import type { NewVersion, StoredVersion, VersionStore } from './version-store.ts'

const API = '/api/2.0/mlflow/unity-catalog'
const FILES = '/api/2.0/fs/files/Models'
/** Of one file, there or back. */
const FILE_TIMEOUT_MS = 600_000
/** Versions that are read at a time: a search does not give their tags. */
const AT_A_TIME = 8

export type UnityCatalogModel = {
  /** `catalog.schema.model`. */
  readonly name: string
  /** Of the workspace, such as `/Shared/endcap`, for the figures of each training. Absent: no runs are logged. */
  readonly experiment?: string
}

/**
 * A registered model of Unity Catalog. A version is made, filled file by file through the Files API and finished; nobody is
 * shown one that is not finished.
 * @param client of a Databricks workspace
 * @throws EndcapError USAGE for a name that has not three parts
 * @source MLflow's client: databricks_uc_registry_service.proto, DatabricksSDKModelsArtifactRepository
 */
export function unityCatalogStore(client: RestClient, { name, experiment }: UnityCatalogModel): VersionStore {
  if (!/^[^./\s']+\.[^./\s']+\.[^./\s']+$/.test(name)) {
    throw new EndcapError('USAGE', `'${name}' is no catalog.schema.model`, { place: '--model' })
  }
  const model = new RegisteredModel(client, API, name)
  return {
    place: `Unity Catalog model '${name}' at ${client.address}`,
    create: (version) => create({ client, model, experiment }, version),
    versions: async (tag) => {
      const all = await versions(model)
      return tag === undefined ? all : all.filter(({ tags }) => tags.get(tag.key) === tag.value)
    },
    ...labelsOf(model),
    readFile: ({ number }, path) =>
      orNull(
        client.bytes({
          method: 'GET',
          path: filePath(name, number, path),
          what: `read '${path}'`,
          timeoutMs: FILE_TIMEOUT_MS,
        }),
      ),
  }
}

type Place = {
  readonly client: RestClient
  readonly model: RegisteredModel
  readonly experiment: string | undefined
}

async function create({ client, model, experiment }: Place, version: NewVersion): Promise<void> {
  await model.ensure()
  const run = experiment === undefined ? null : await startRun(client, experiment, version.run)
  const made = await model.createVersion({
    source: run === null ? `endcap:${version.run.name}` : `${run.artifactUri}/model`,
    ...(run === null ? {} : { run_id: run.id }),
    description: version.description,
    tags: Array.from(version.tags, ([key, value]) => ({ key, value })),
  })
  try {
    for (const [path, body] of version.files) {
      await client.json({
        method: 'PUT',
        path: filePath(model.name, made.number, path),
        query: { overwrite: 'true' },
        body,
        what: `store '${path}'`,
        timeoutMs: FILE_TIMEOUT_MS,
      })
    }
    await model.finalize(made.number)
  } catch (error) {
    // The first error says more than one about what it leaves.
    await model.deleteVersion(made.number).catch(() => {})
    await ended(client, run, { status: 'FAILED', at: version.run.at }).catch(() => {})
    throw error
  }
  await ended(client, run, { status: 'FINISHED', at: version.run.at })
}

async function ended(client: RestClient, run: Run | null, end: Parameters<typeof endRun>[2]): Promise<void> {
  if (run !== null) await endRun(client, run, end)
}

async function versions(model: RegisteredModel): Promise<readonly StoredVersion[]> {
  const numbers = (await model.search(`name='${model.name}'`))
    .filter(isReady)
    .map((one) => versionOf(one).number)
  const read: (StoredVersion | null)[] = []
  for (let from = 0; from < numbers.length; from += AT_A_TIME) {
    const some = numbers.slice(from, from + AT_A_TIME)
    read.push(...(await Promise.all(some.map((number) => model.version(number)))))
  }
  return read.filter((version) => version !== null)
}

const filePath = (name: string, number: string, path: string): string =>
  [FILES, ...name.split('.'), number, ...path.split('/')]
    .map((part, index) => (index === 0 ? part : encodeURIComponent(part)))
    .join('/')
