import { EndcapError } from '../../core/errors.ts'

/** Whether a new schema must read what old ones wrote, and how many of the old ones. */
export type Compatibility = 'NONE' | 'BACKWARD' | 'BACKWARD_TRANSITIVE' | 'FULL' | 'FULL_TRANSITIVE'

export type RegistryConnection = {
  /** Of the API of Confluent's schema registry, without a closing slash. */
  readonly url: string
  /** A key and its secret, or whatever gives a token that is valid now. */
  readonly credentials?:
    | { readonly username: string; readonly password: string }
    | { readonly token: () => Promise<string> }
}

type RegistryRequest = {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly body?: object
  readonly signal?: AbortSignal
}

const MEDIA_TYPE = 'application/vnd.schemaregistry.v1+json'
const TIMEOUT_MS = 20_000

/**
 * What is used of a schema registry that speaks Confluent's API (its own, or Apicurio's `/apis/ccompat/v7`).
 * Subjects are `<topic>-key` and `<topic>-value`; ids and schemas never change, so they are kept.
 */
export class SchemaRegistry {
  readonly #connection: RegistryConnection
  readonly #schemas = new Map<number, Promise<string>>()

  constructor(connection: RegistryConnection) {
    this.#connection = connection
  }

  /** Names of all subjects. @throws EndcapError ENGINE_UNAVAILABLE, ENGINE_FAILED */
  async subjects(signal?: AbortSignal): Promise<readonly string[]> {
    const answer = await this.#request({ path: '/subjects', ...(signal === undefined ? {} : { signal }) })
    return Array.isArray(answer) ? answer.map(String).toSorted() : []
  }

  /**
   * The id of the schema under the subject; registered if it is new.
   * @throws EndcapError SCHEMA_CONFLICT if the subject's older schemas do not allow it
   */
  async register(subject: string, schema: object): Promise<number> {
    const answer = await this.#request({
      method: 'POST',
      path: `/subjects/${encodeURIComponent(subject)}/versions`,
      body: { schemaType: 'AVRO', schema: JSON.stringify(schema) },
    })
    return numberField(answer, 'id')
  }

  /**
   * The id of the schema under the subject, registering nothing.
   * @throws EndcapError NOT_FOUND if the subject is not there, or has not this schema
   */
  async lookUp(subject: string, schema: object): Promise<number> {
    const answer = await this.#request({
      method: 'POST',
      path: `/subjects/${encodeURIComponent(subject)}`,
      body: { schemaType: 'AVRO', schema: JSON.stringify(schema) },
    })
    return numberField(answer, 'id')
  }

  /** The text of the schema with this id. @throws EndcapError NOT_FOUND */
  schema(id: number): Promise<string> {
    const known = this.#schemas.get(id)
    if (known !== undefined) return known
    const asked = this.#request({ path: `/schemas/ids/${id}` }).then((answer) => textField(answer, 'schema'))
    this.#schemas.set(id, asked)
    // A registry that was away shall be asked again.
    asked.catch(() => this.#schemas.delete(id))
    return asked
  }

  /** Whether the subject's older schemas allow this one; true for a subject that has none. */
  async isCompatible(subject: string, schema: object): Promise<boolean> {
    try {
      const answer = await this.#request({
        method: 'POST',
        path: `/compatibility/subjects/${encodeURIComponent(subject)}/versions`,
        body: { schemaType: 'AVRO', schema: JSON.stringify(schema) },
      })
      return fieldOf(answer, 'is_compatible') === true
    } catch (error) {
      if (error instanceof EndcapError && error.code === 'NOT_FOUND') return true
      throw error
    }
  }

  /** Sets what later schemas of the subject must hold to. */
  async setCompatibility(subject: string, compatibility: Compatibility): Promise<void> {
    await this.#request({
      method: 'PUT',
      path: `/config/${encodeURIComponent(subject)}`,
      body: { compatibility },
    })
  }

  /** What later schemas of the subject must hold to, by its own setting or the registry's. */
  async compatibilityOf(subject: string): Promise<string> {
    const path = `/config/${encodeURIComponent(subject)}?defaultToGlobal=true`
    return textField(await this.#request({ path }), 'compatibilityLevel')
  }

  async #request({ method = 'GET', path, body, signal }: RegistryRequest): Promise<unknown> {
    const { url } = this.#connection
    const what = `${method} ${path}`
    const authorization = await this.#authorization()
    const timeout = AbortSignal.timeout(TIMEOUT_MS)
    let response: Response
    try {
      response = await fetch(`${url}${path}`, {
        method,
        headers: {
          accept: MEDIA_TYPE,
          ...(body === undefined ? {} : { 'content-type': MEDIA_TYPE }),
          ...(authorization === undefined ? {} : { authorization }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      })
    } catch (cause) {
      if (signal?.aborted === true) throw signal.reason
      const message = `${what}: nothing answers at ${new URL(url).origin}`
      throw new EndcapError('ENGINE_UNAVAILABLE', message, { place: PLACE, cause })
    }
    const text = await response.text()
    if (!response.ok) throw refusal(what, response.status, text)
    return text === '' ? undefined : JSON.parse(text)
  }

  async #authorization(): Promise<string | undefined> {
    const { credentials } = this.#connection
    if (credentials === undefined) return undefined
    if ('token' in credentials) return `Bearer ${await credentials.token()}`
    const { username, password } = credentials
    return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  }
}

const PLACE = 'schema registry'

function refusal(what: string, status: number, text: string): EndcapError {
  const message = `${what}: ${status} ${messageOf(text)}`
  switch (status) {
    case 403:
      return new EndcapError('ENGINE_UNAVAILABLE', message, {
        place: PLACE,
        remedy:
          "Give the key’s account the right to it; where an infrastructure makes topics and schemas, set `topics: 'given'` in `stack` of endcap.config.ts, and reading is enough.",
      })
    case 401:
      return new EndcapError('ENGINE_UNAVAILABLE', message, {
        place: PLACE,
        remedy: 'Give the key and the secret of the schema registry, not those of the cluster.',
      })
    case 404:
      return new EndcapError('NOT_FOUND', message, { place: PLACE })
    case 409:
      return new EndcapError('SCHEMA_CONFLICT', message, { place: PLACE })
    default:
      return new EndcapError('ENGINE_FAILED', message, { place: PLACE })
  }
}

function messageOf(text: string): string {
  try {
    const parsed: unknown = JSON.parse(text)
    return String(fieldOf(parsed, 'message') ?? text)
  } catch {
    return text.slice(0, 300)
  }
}

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined

function numberField(value: unknown, name: string): number {
  const found = fieldOf(value, name)
  if (typeof found === 'number') return found
  throw new EndcapError('ENGINE_FAILED', `the answer has no number '${name}'`, { place: PLACE })
}

function textField(value: unknown, name: string): string {
  const found = fieldOf(value, name)
  if (typeof found === 'string') return found
  throw new EndcapError('ENGINE_FAILED', `the answer has no text '${name}'`, { place: PLACE })
}
