import type { Answer, Asked } from '../fake-service.ts'
import { failure } from './failure.ts'

type Version = {
  readonly number: string
  readonly source: string
  readonly description: string
  readonly tags: Map<string, string>
  readonly files: Map<string, Buffer>
  readonly runId: string | undefined
  isReady: boolean
}
type Model = {
  readonly tags: Map<string, string>
  readonly aliases: Map<string, string>
  readonly versions: Version[]
}

const API = '/api/2.0/mlflow/unity-catalog'
const FILES = '/api/2.0/fs/files/Models/'
const FOLDERS = '/api/2.0/fs/directories/Models/'
/** Whether clients are to take the Files API; asked by MLflow's. */
const ENABLED = `${API}/registered-models:is-databricks-sdk-models-artifact-repository-enabled`
/** Versions on a page of a search: few, so that there are several. */
const PAGE = 2

/**
 * Registered models of Unity Catalog with their files: names have three parts, tags' names have no dots, a search tells no
 * tags, and the files of a version that is not finished can be written, those of one that is cannot.
 * @source MLflow's client: databricks_uc_registry_service.proto, DatabricksSDKModelsArtifactRepository
 */
export class FakeModels {
  readonly #models = new Map<string, Model>()

  /** Somebody sets an alias in the catalog's pages. */
  setAlias(name: string, alias: string, number: string): void {
    this.#models.get(name)?.aliases.set(alias, number)
  }

  /** A stored byte flips. */
  damage(name: string, number: string, path: string): void {
    const file = this.#models
      .get(name)
      ?.versions.find((one) => one.number === number)
      ?.files.get(path)
    if (file === undefined) throw new Error(`no file ${path}`)
    file[0] = (file[0] ?? 0) ^ 1
  }

  answer({ method, url, body, bytes }: Asked): Answer | null {
    if (url.pathname.startsWith(FILES)) return this.#file(method, url, bytes)
    if (url.pathname.startsWith(FOLDERS)) return this.#folder(url)
    if (url.pathname === ENABLED)
      return { status: 200, body: { is_databricks_sdk_models_artifact_repository_enabled: true } }
    if (!url.pathname.startsWith(`${API}/`)) return null
    const asked = method === 'GET' ? Object.fromEntries(url.searchParams) : Object(body)
    return this.#registry(`${method} ${url.pathname.slice(API.length)}`, asked)
  }

  #registry(call: string, asked: Readonly<Record<string, unknown>>): Answer | null {
    if (call === 'GET /model-versions/search') return this.#search(asked)
    const name = String(asked['name'])
    if (call === 'POST /registered-models/create') return this.#create(name)
    const model = this.#models.get(name)
    if (model === undefined)
      return failure(404, 'RESOURCE_DOES_NOT_EXIST', `Registered model '${name}' does not exist.`)
    const [key, value] = [String(asked['key']), String(asked['value'])]
    switch (call) {
      case 'GET /registered-models/get':
        return { status: 200, body: { registered_model: { name, tags: pairs(model.tags) } } }
      case 'POST /registered-models/set-tag':
        return tagged(model.tags, key, value)
      case 'POST /registered-models/alias':
        model.aliases.set(String(asked['alias']), String(asked['version']))
        return { status: 200, body: {} }
      case 'GET /registered-models/alias':
        return this.#version(name, model, model.aliases.get(String(asked['alias'])))
      case 'POST /model-versions/create':
        return this.#createVersion(name, model, asked)
      default:
        return this.#ofVersion(call, { name, model, asked })
    }
  }

  #ofVersion(
    call: string,
    { name, model, asked }: { name: string; model: Model; asked: Readonly<Record<string, unknown>> },
  ): Answer | null {
    const version = model.versions.find(({ number }) => number === asked['version'])
    if (version === undefined) return missingVersion(name, String(asked['version']))
    switch (call) {
      case 'GET /model-versions/get':
        return this.#version(name, model, version.number)
      case 'POST /model-versions/set-tag':
        return tagged(version.tags, String(asked['key']), String(asked['value']))
      case 'POST /model-versions/finalize':
        if (!version.files.has('MLmodel')) return failure(400, 'INVALID_STATE', 'the version has no MLmodel')
        version.isReady = true
        return this.#version(name, model, version.number)
      case 'DELETE /model-versions/delete':
        model.versions.splice(model.versions.indexOf(version), 1)
        return { status: 200, body: {} }
      default:
        return null
    }
  }

  #create(name: string): Answer {
    if (name.split('.').length !== 3)
      return failure(400, 'INVALID_PARAMETER_VALUE', `'${name}' has not three levels`)
    if (this.#models.has(name))
      return failure(400, 'RESOURCE_ALREADY_EXISTS', `Function or Model '${name}' already exists`)
    this.#models.set(name, { tags: new Map(), aliases: new Map(), versions: [] })
    return { status: 200, body: { registered_model: { name } } }
  }

  #createVersion(name: string, model: Model, asked: Readonly<Record<string, unknown>>): Answer {
    const tags = new Map<string, string>()
    for (const { key, value } of Array.isArray(asked['tags']) ? asked['tags'] : []) {
      const answer = tagged(tags, key, value)
      if (answer.status !== 200) return answer
    }
    const number = String(1 + Math.max(0, ...model.versions.map((one) => Number(one.number))))
    const runId = asked['run_id'] === undefined ? undefined : String(asked['run_id'])
    const [source, description] = [String(asked['source']), String(asked['description'] ?? '')]
    model.versions.push({ number, source, description, tags, files: new Map(), runId, isReady: false })
    return this.#version(name, model, number)
  }

  #search({ filter, page_token: token = '0' }: Readonly<Record<string, unknown>>): Answer {
    const name = /^name='([^']+)'$/.exec(String(filter))?.[1]
    if (name === undefined) return failure(400, 'INVALID_PARAMETER_VALUE', `filter ${String(filter)}`)
    const all = this.#models.get(name)?.versions ?? []
    const from = Number(token)
    const next = from + PAGE < all.length ? { next_page_token: String(from + PAGE) } : {}
    const found = all.slice(from, from + PAGE).map((version) => plain(name, version))
    return { status: 200, body: { model_versions: found, ...next } }
  }

  #version(name: string, { aliases, versions }: Model, number: string | undefined): Answer {
    const version = versions.find((one) => one.number === number)
    if (version === undefined) return missingVersion(name, String(number))
    const own = [...aliases].filter(([, target]) => target === number)
    const extras = {
      aliases: own.map(([alias]) => ({ alias, version: version.number })),
      tags: pairs(version.tags),
    }
    return { status: 200, body: { model_version: { ...plain(name, version), ...extras } } }
  }

  #place(url: URL, api: string) {
    const parts = url.pathname.slice(api.length).split('/').map(decodeURIComponent)
    const [catalog, schema, model, number, ...rest] = parts
    const version = this.#models
      .get(`${catalog}.${schema}.${model}`)
      ?.versions.find((one) => one.number === number)
    return { version, path: rest.filter((part) => part !== '').join('/') }
  }

  #folder(url: URL): Answer {
    const { version, path } = this.#place(url, FOLDERS)
    const prefix = path === '' ? '' : `${path}/`
    const files = [...(version?.files ?? [])].filter(([name]) => name.startsWith(prefix))
    if (files.length === 0) return failure(404, 'NOT_FOUND', `${url.pathname} does not exist`)
    const own = url.pathname.slice('/api/2.0/fs/directories'.length).replace(/\/$/, '')
    const names = new Set(files.map(([name]) => name.slice(prefix.length).split('/')[0] ?? ''))
    const contents = [...names].map((name) => {
      const file = version?.files.get(`${prefix}${name}`)
      const size = file === undefined ? {} : { file_size: file.length }
      return { path: `${own}/${name}`, name, is_directory: file === undefined, last_modified: 0, ...size }
    })
    return { status: 200, body: { contents } }
  }

  #file(method: string, url: URL, bytes: Buffer): Answer {
    const { version, path } = this.#place(url, FILES)
    if (version === undefined) return failure(404, 'NOT_FOUND', `${url.pathname} does not exist`)
    if (method === 'PUT') {
      if (version.isReady) return failure(403, 'PERMISSION_DENIED', 'the version is finished')
      if (version.files.has(path) && url.searchParams.get('overwrite') !== 'true')
        return failure(409, 'ALREADY_EXISTS', path)
      version.files.set(path, bytes)
      return { status: 204 }
    }
    const found = version.files.get(path)
    return found === undefined ? failure(404, 'NOT_FOUND', path) : { status: 200, body: found }
  }
}

const plain = (name: string, { number, source, description, runId, isReady }: Version) => ({
  name,
  version: number,
  source,
  description,
  creation_timestamp: 1_764_000_000_000,
  ...(runId === undefined ? {} : { run_id: runId }),
  status: isReady ? 'READY' : 'PENDING_REGISTRATION',
})

const pairs = (tags: ReadonlyMap<string, string>) => Array.from(tags, ([key, value]) => ({ key, value }))

const missingVersion = (name: string, number: string): Answer =>
  failure(404, 'RESOURCE_DOES_NOT_EXIST', `Model version or alias ${number} of '${name}' does not exist.`)

/** @source Databricks documentation, tags of securable objects: characters and lengths */
function tagged(tags: Map<string, string>, key: string, value: string): Answer {
  if (/[.,\-=/:]/.test(key) || key.length > 255 || value.length > 256)
    return failure(400, 'INVALID_PARAMETER_VALUE', `tag ${key}`)
  tags.set(key, value)
  return { status: 200, body: {} }
}
