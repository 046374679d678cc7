import { EndcapError } from '../../core/errors.ts'
import { field, textOr } from '../../core/http/answer-fields.ts'
import { RestRefusal } from '../../core/http/rest-call.ts'
import type { RestClient } from '../../core/http/rest-client.ts'
import { databricksWorkspace } from '../databricks/workspace.ts'
import { type Environment, failed, ok, type Verdict } from './check.ts'

/** Short, and once more: whoever looks does not want to wait. */
const TIMING = { timeoutMs: 10_000, retry: { retries: 1, pauseMs: 500, maxPauseMs: 2000 } } as const

/** The workspace answers and knows who is asking; the warehouse and the volume that are set are there. Nothing is started. */
export async function databricksCheck(env: Environment): Promise<readonly Verdict[]> {
  const workspace = databricksWorkspace(env, TIMING)
  const answer = await workspace.json({
    method: 'GET',
    path: '/api/2.0/preview/scim/v2/Me',
    what: 'who is asking',
  })
  const { DATABRICKS_WAREHOUSE_ID: warehouse = '', DATABRICKS_VOLUME: volume = '' } = env
  return [
    ok('databricks', `answers and takes the credentials of ${textOr(answer, 'userName', '?')}`),
    ...(warehouse === '' ? [] : [await found('warehouse', () => warehouseVerdict(workspace, warehouse))]),
    ...(volume === '' ? [] : [await found('volume', () => volumeVerdict(workspace, volume))]),
  ]
}

/** @source Databricks REST API, SQL warehouses: states */
const USABLE = new Set(['RUNNING', 'STARTING', 'STOPPED', 'STOPPING'])

async function warehouseVerdict(workspace: RestClient, id: string): Promise<Verdict> {
  const path = `/api/2.0/sql/warehouses/${encodeURIComponent(id)}`
  const answer = await workspace.json({ method: 'GET', path, what: `warehouse ${id}` })
  const [name, state] = [textOr(answer, 'name', id), textOr(answer, 'state', '?')]
  const health = textOr(field(answer, 'health'), 'status', 'HEALTHY')
  return USABLE.has(state) && health !== 'FAILED'
    ? ok(
        'warehouse',
        `${name} is ${state}${state === 'STOPPED' ? ', and starts with the first statement' : ''}`,
      )
    : failed('warehouse', `${name} is ${state}, its health ${health}`, REMEDIES.warehouse)
}

async function volumeVerdict(workspace: RestClient, volume: string): Promise<Verdict> {
  const name = volume.replace(/^\/Volumes\/|\/$/g, '').replaceAll('/', '.')
  const path = `/api/2.1/unity-catalog/volumes/${encodeURIComponent(name)}`
  const answer = await workspace.json({ method: 'GET', path, what: `volume ${name}` })
  return ok('volume', `${name} is there, ${textOr(answer, 'volume_type', 'of an unknown kind')}`)
}

const REMEDIES = {
  warehouse:
    'Set DATABRICKS_WAREHOUSE_ID to a warehouse of this workspace that works, and give the credentials CAN USE of it.',
  volume:
    'Set DATABRICKS_VOLUME to a volume that is there, and give the credentials READ VOLUME, USE SCHEMA and USE CATALOG; WRITE VOLUME where they write.',
} as const

async function found(check: keyof typeof REMEDIES, look: () => Promise<Verdict>): Promise<Verdict> {
  try {
    return await look()
  } catch (error) {
    if (!(error instanceof EndcapError)) throw error
    return failed(check, error.message, error instanceof RestRefusal ? REMEDIES[check] : error.remedy)
  }
}
