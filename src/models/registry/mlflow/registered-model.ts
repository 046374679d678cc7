import { EndcapError } from '../../../core/errors.ts'
import { field, listField, textOr } from '../../../core/http/answer-fields.ts'
import type { RestClient } from '../../../core/http/rest-client.ts'
import { isThereAlready, orNull } from './mlflow-client.ts'
import type { StoredVersion, VersionStore } from './version-store.ts'

/** The calls that MLflow's registry and Unity Catalog's have alike, for one registered model. */
export class RegisteredModel {
  readonly #client: RestClient
  readonly #api: string
  readonly name: string

  /** @param api before the paths: `/api/2.0/mlflow` */
  constructor(client: RestClient, api: string, name: string) {
    this.#client = client
    this.#api = api
    this.name = name
  }

  /** Made if it is not there. */
  async ensure(): Promise<void> {
    try {
      await this.#post('/registered-models/create', { name: this.name }, 'make')
    } catch (error) {
      if (!isThereAlready(error)) throw error
    }
  }

  /** Its tags; null if it is not there. */
  async tags(): Promise<ReadonlyMap<string, string> | null> {
    const answer = await orNull(this.#get('/registered-models/get', { name: this.name }, 'read'))
    return answer === null ? null : tagsOf(field(answer, 'registered_model'))
  }

  async setTag(key: string, value: string): Promise<void> {
    await this.#post('/registered-models/set-tag', { name: this.name, key, value }, 'tag')
  }

  /** @returns the number of the new version, which is not shown before it is whole */
  async createVersion(body: object): Promise<StoredVersion> {
    const answer = await this.#client.json({
      method: 'POST',
      path: `${this.#api}/model-versions/create`,
      body: { name: this.name, ...body },
      what: `make a version of model '${this.name}'`,
    })
    return versionOf(field(answer, 'model_version'))
  }

  /** All that a search finds, page by page. */
  async search(filter: string): Promise<readonly unknown[]> {
    const found: unknown[] = []
    for (let token = ''; ; ) {
      const query = { filter, ...(token === '' ? {} : { page_token: token }) }
      const page = await orNull(this.#get('/model-versions/search', query, 'list the versions of'))
      found.push(...listField(page, 'model_versions'))
      token = textOr(page, 'next_page_token')
      if (token === '') return found
    }
  }

  async version(number: string): Promise<StoredVersion | null> {
    const query = { name: this.name, version: number }
    const answer = await orNull(this.#get('/model-versions/get', query, `read version ${number} of`))
    return answer === null ? null : versionOf(field(answer, 'model_version'))
  }

  async finalize(number: string): Promise<void> {
    await this.#post(
      '/model-versions/finalize',
      { name: this.name, version: number },
      `finish version ${number} of`,
    )
  }

  async deleteVersion(number: string): Promise<void> {
    await this.#client.json({
      method: 'DELETE',
      path: `${this.#api}/model-versions/delete`,
      body: { name: this.name, version: number },
      what: `delete version ${number} of model '${this.name}'`,
    })
  }

  async setVersionTag(number: string, key: string, value: string): Promise<void> {
    await this.#post('/model-versions/set-tag', { name: this.name, version: number, key, value }, 'tag')
  }

  async withAlias(alias: string): Promise<StoredVersion | null> {
    const query = { name: this.name, alias }
    const answer = await orNull(this.#get('/registered-models/alias', query, `read alias '${alias}' of`))
    return answer === null ? null : versionOf(field(answer, 'model_version'))
  }

  async setAlias(alias: string, number: string): Promise<void> {
    await this.#post(
      '/registered-models/alias',
      { name: this.name, alias, version: number },
      `set alias '${alias}' of`,
    )
  }

  #get(path: string, query: Readonly<Record<string, string>>, doing: string): Promise<unknown> {
    const what = `${doing} model '${this.name}'`
    return this.#client.json({ method: 'GET', path: `${this.#api}${path}`, query, what })
  }

  /** Of those that may be repeated. */
  #post(path: string, body: object, doing: string): Promise<unknown> {
    const what = `${doing} model '${this.name}'`
    return this.#client.json({ method: 'POST', path: `${this.#api}${path}`, body, what, isRepeatable: true })
  }
}

/** What a store does with aliases and tags alone, in which the registries do not differ. */
export const labelsOf = (
  model: RegisteredModel,
): Pick<VersionStore, 'withAlias' | 'setAlias' | 'setVersionTag' | 'modelTags' | 'setModelTag'> => ({
  withAlias: (alias) => model.withAlias(alias),
  setAlias: (alias, { number }) => model.setAlias(alias, number),
  setVersionTag: ({ number }, key, value) => model.setVersionTag(number, key, value),
  modelTags: async () => (await model.tags()) ?? new Map(),
  setModelTag: async (key, value) => {
    await model.ensure()
    await model.setTag(key, value)
  },
})

/** @throws EndcapError ENGINE_FAILED if it has no number */
export function versionOf(answer: unknown): StoredVersion {
  const number = textOr(answer, 'version')
  if (number === '') {
    throw new EndcapError('ENGINE_FAILED', `the answer has no version: ${JSON.stringify(answer)}`, {
      place: 'mlflow',
    })
  }
  return { number, tags: tagsOf(answer), source: textOr(answer, 'source') }
}

export const isReady = (answer: unknown): boolean => textOr(answer, 'status', 'READY') === 'READY'

const tagsOf = (answer: unknown): ReadonlyMap<string, string> =>
  new Map(listField(answer, 'tags').map((tag) => [textOr(tag, 'key'), textOr(tag, 'value')]))
