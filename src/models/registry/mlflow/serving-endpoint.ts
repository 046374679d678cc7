import { setTimeout as sleep } from 'node:timers/promises'
import { type Clock, systemClock } from '../../../core/clock.ts'
import { EndcapError } from '../../../core/errors.ts'
import { field, listField, textOr } from '../../../core/http/answer-fields.ts'
import { RestRefusal } from '../../../core/http/rest-call.ts'
import type { RestClient } from '../../../core/http/rest-client.ts'
import { orNull } from './mlflow-client.ts'

const API = '/api/2.0/serving-endpoints'
const TIMEOUT_MS = 1_800_000
const POLL_MS = 5000
/** What a new endpoint has; an endpoint that is there keeps its own. */
const SIZE = { workload_size: 'Small', scale_to_zero_enabled: true } as const
/** Of a served version, what goes with the next one. */
const KEPT = [
  ...['workload_size', 'workload_type', 'scale_to_zero_enabled', 'environment_vars', 'instance_profile_arn'],
  ...['min_provisioned_concurrency', 'max_provisioned_concurrency'],
]

export type ServedVersion = {
  readonly endpoint: string
  /** `catalog.schema.model`, and the number of its version. */
  readonly model: string
  readonly number: string
  /** Makes the endpoint if it is not there. */
  readonly isMade: boolean
}

export type EndpointWait = {
  /** Default: 30 minutes. */
  readonly timeoutMs?: number
  readonly pollMs?: number
  readonly clock?: Clock
  readonly signal?: AbortSignal
}

/**
 * Has an endpoint of Model Serving answer by a version, and returns when it does. The old version answers until then.
 * @param client of a Databricks workspace
 * @throws EndcapError NOT_FOUND if there is no endpoint; ENGINE_FAILED if the update fails; TIMEOUT
 */
export async function serveVersion(
  client: RestClient,
  served: ServedVersion,
  wait: EndpointWait = {},
): Promise<void> {
  const { endpoint, model, number, isMade } = served
  const there = await orNull(read(client, endpoint))
  if (there === null && !isMade) {
    throw new EndcapError('NOT_FOUND', `there is no endpoint '${endpoint}'`, {
      place: 'databricks model serving',
      remedy: 'Check its name; `--create` makes it.',
    })
  }
  const entity = { entity_name: model, entity_version: number }
  if (there === null) {
    const body = { name: endpoint, config: { served_entities: [{ ...entity, ...SIZE }] } }
    await client.json({ method: 'POST', path: API, body, what: `make endpoint '${endpoint}'` })
  } else if (!serves(there, served)) {
    await update(client, endpoint, { ...keptOf(there), ...entity })
  }
  await ready(client, served, wait)
}

const read = (client: RestClient, endpoint: string): Promise<unknown> =>
  client.json({
    method: 'GET',
    path: `${API}/${encodeURIComponent(endpoint)}`,
    what: `read endpoint '${endpoint}'`,
  })

const entitiesOf = (answer: unknown): readonly unknown[] =>
  listField(field(answer, 'config'), 'served_entities')

/** What it answers by now, not what it is becoming. */
const serves = (answer: unknown, { model, number }: ServedVersion): boolean => {
  const [only, ...others] = entitiesOf(answer)
  return (
    others.length === 0 && textOr(only, 'entity_name') === model && textOr(only, 'entity_version') === number
  )
}

function keptOf(answer: unknown): Readonly<Record<string, unknown>> {
  const [first] = entitiesOf(answer)
  const kept = KEPT.flatMap((name) => {
    const value = field(first, name)
    return value === undefined ? [] : [[name, value] as const]
  })
  return kept.length === 0 ? SIZE : Object.fromEntries(kept)
}

async function update(client: RestClient, endpoint: string, entity: object): Promise<void> {
  try {
    await client.json({
      method: 'PUT',
      path: `${API}/${encodeURIComponent(endpoint)}/config`,
      body: { served_entities: [entity] },
      what: `update endpoint '${endpoint}'`,
    })
  } catch (error) {
    if (!(error instanceof RestRefusal && error.httpStatus === 409)) throw error
    throw new EndcapError('ENGINE_FAILED', error.message, {
      place: 'databricks model serving',
      cause: error,
      remedy: 'It is being updated already: run this again when that is over.',
    })
  }
}

async function ready(client: RestClient, served: ServedVersion, wait: EndpointWait): Promise<void> {
  const { timeoutMs = TIMEOUT_MS, pollMs = POLL_MS, clock = systemClock, signal } = wait
  const giveUpAt = clock() + timeoutMs
  for (;;) {
    const answer = await read(client, served.endpoint)
    const state = field(answer, 'state')
    const change = textOr(state, 'config_update')
    if (change === 'UPDATE_FAILED' || change === 'UPDATE_CANCELED') throw failed(served, change)
    const isReady = change === 'NOT_UPDATING' && textOr(state, 'ready') === 'READY'
    if (isReady && serves(answer, served)) return
    if (clock() >= giveUpAt) throw late(served, change, timeoutMs)
    await sleep(pollMs, undefined, signal === undefined ? {} : { signal })
  }
}

const failed = ({ endpoint, number }: ServedVersion, change: string): EndcapError =>
  new EndcapError('ENGINE_FAILED', `endpoint '${endpoint}' does not take version ${number}: ${change}`, {
    place: 'databricks model serving',
    remedy: 'Its page shows the build logs; the version before goes on answering.',
  })

const late = ({ endpoint, number }: ServedVersion, change: string, timeoutMs: number): EndcapError =>
  new EndcapError(
    'TIMEOUT',
    `endpoint '${endpoint}' is ${change} after ${timeoutMs} ms, not at version ${number}`,
    {
      place: 'databricks model serving',
      remedy: 'See its page; run this again to go on waiting.',
    },
  )
