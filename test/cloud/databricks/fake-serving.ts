import type { Answer, Asked } from '../fake-service.ts'
import { failure } from './failure.ts'

type Entity = Readonly<Record<string, unknown>>
type Endpoint = { entity: Entity; pending: Entity | null; looks: number; state: string }

const API = '/api/2.0/serving-endpoints'

/** Endpoints of Model Serving with one served version each: an update is shown as what is answered by after two looks. */
export class FakeServing {
  /** Updates that come to nothing. */
  isFailing = false
  readonly #endpoints = new Map<string, Endpoint>()

  /** As a bundle has made it. */
  made(name: string, entity: Entity): void {
    this.#endpoints.set(name, { entity, pending: null, looks: 0, state: 'NOT_UPDATING' })
  }

  answer({ method, url, body }: Asked): Answer | null {
    if (url.pathname !== API && !url.pathname.startsWith(`${API}/`)) return null
    const [name = '', part] = url.pathname.slice(API.length + 1).split('/')
    if (method === 'POST' && name === '') return this.#create(Object(body))
    const endpoint = this.#endpoints.get(name)
    if (endpoint === undefined)
      return failure(
        404,
        'RESOURCE_DOES_NOT_EXIST',
        `The given endpoint does not exist, please check: ${name}`,
      )
    if (method === 'PUT' && part === 'config') return this.#update(name, endpoint, Object(body))
    if (method === 'GET' && part === undefined)
      return { status: 200, body: json(name, this.#looked(endpoint)) }
    return null
  }

  #create({ name, config }: { readonly name: string; readonly config: unknown }): Answer {
    if (this.#endpoints.has(name)) return failure(400, 'RESOURCE_ALREADY_EXISTS', name)
    const [entity] = Object(config).served_entities
    const made: Endpoint = { entity: {}, pending: entity, looks: 2, state: 'IN_PROGRESS' }
    this.#endpoints.set(name, made)
    return { status: 200, body: json(name, made) }
  }

  #update(
    name: string,
    endpoint: Endpoint,
    { served_entities: entities }: { readonly served_entities: Entity[] },
  ): Answer {
    if (endpoint.state === 'IN_PROGRESS') return failure(409, 'RESOURCE_CONFLICT', `${name} is being updated`)
    const [entity] = entities
    endpoint.pending = { ...entity }
    endpoint.looks = 2
    endpoint.state = 'IN_PROGRESS'
    return { status: 200, body: json(name, endpoint) }
  }

  #looked(endpoint: Endpoint): Endpoint {
    if (endpoint.pending === null) return endpoint
    endpoint.looks -= 1
    if (endpoint.looks > 0) return endpoint
    if (!this.isFailing) endpoint.entity = endpoint.pending
    endpoint.state = this.isFailing ? 'UPDATE_FAILED' : 'NOT_UPDATING'
    endpoint.pending = null
    return endpoint
  }
}

function json(name: string, { entity, state }: Endpoint): unknown {
  const isUp = 'entity_name' in entity
  return {
    name,
    config: { served_entities: isUp ? [entity] : [], config_version: 1 },
    state: { ready: isUp ? 'READY' : 'NOT_READY', config_update: state },
  }
}
