import { Ajv, type ValidateFunction } from 'ajv'
import type { Exchange } from '../openapi-checker.ts'
import { type Area, bodySchema } from './body-schemas.ts'

type Call = {
  readonly method: string
  /** Names in braces are members of the request. */
  readonly path: string
  readonly area: Area
  /** Null: nothing is asked. */
  readonly request: string | null
  /** Null: no body. */
  readonly response: string | null
}

const call = (line: string, area: Area, request: string | null, response: string | null): Call => {
  const [method = '', path = ''] = line.split(' ')
  return { method, path, area, request, response }
}

/** What Endcap asks of a workspace, with the types that Databricks' own client has for it. @source @databricks/sdk-experimental, apis */
const CALLS: readonly Call[] = [
  call(
    'GET /api/2.0/serving-endpoints/{name}',
    'serving',
    'GetServingEndpointRequest',
    'ServingEndpointDetailed',
  ),
  call('POST /api/2.0/serving-endpoints', 'serving', 'CreateServingEndpoint', 'ServingEndpointDetailed'),
  call(
    'PUT /api/2.0/serving-endpoints/{name}/config',
    'serving',
    'EndpointCoreConfigInput',
    'ServingEndpointDetailed',
  ),
  call('POST /api/2.0/sql/statements', 'sql', 'ExecuteStatementRequest', 'StatementResponse'),
  call('GET /api/2.0/sql/statements/{statement_id}', 'sql', 'GetStatementRequest', 'StatementResponse'),
  call(
    'POST /api/2.0/sql/statements/{statement_id}/cancel',
    'sql',
    'CancelExecutionRequest',
    'CancelExecutionResponse',
  ),
  call(
    'GET /api/2.0/sql/statements/{statement_id}/result/chunks/{chunk_index}',
    'sql',
    'GetStatementResultChunkNRequest',
    'ResultData',
  ),
  call('GET /api/2.0/sql/warehouses/{id}', 'sql', 'GetWarehouseRequest', 'GetWarehouseResponse'),
  call('GET /api/2.0/preview/scim/v2/Me', 'iam', null, 'User'),
  call('GET /api/2.1/unity-catalog/volumes/{name}', 'catalog', 'ReadVolumeRequest', 'VolumeInfo'),
  call(
    'GET /api/2.0/mlflow/experiments/get-by-name',
    'ml',
    'GetByNameRequest',
    'GetExperimentByNameResponse',
  ),
  call('POST /api/2.0/mlflow/experiments/create', 'ml', 'CreateExperiment', 'CreateExperimentResponse'),
  call('POST /api/2.0/mlflow/runs/create', 'ml', 'CreateRun', 'CreateRunResponse'),
  call('POST /api/2.0/mlflow/runs/log-batch', 'ml', 'LogBatch', 'LogBatchResponse'),
  call('POST /api/2.0/mlflow/runs/update', 'ml', 'UpdateRun', 'UpdateRunResponse'),
]

/** What a type requires and the API does not. @source Databricks REST API, serving endpoints: `config.name` is deprecated */
const NOT_REQUIRED = /^request\.config must have required property 'name'$/

/** Cells that are NULL, which the SDK's type leaves out. @source its own comment on `data_array` */
const NULLABLE = 'data_array'

/** What is wrong with an exchange, one sentence a breach; null if it is no call of those that are known here. */
export function bodyBreaches(exchange: Exchange): readonly string[] | null {
  const found = callOf(exchange)
  if (found === null) return null
  const { area, request, response, members } = found
  const asked = { ...exchange.query, ...members, ...Object(exchange.request) }
  const breaches =
    request === null ? unasked(asked) : faults('request', area, request, typed(asked, area, request))
  const answered =
    response === null || exchange.status >= 400
      ? []
      : faults('answer', area, response, exchange.response ?? {})
  const place = `${exchange.method} ${exchange.path}`
  return [...breaches.filter((breach) => !NOT_REQUIRED.test(breach)), ...answered].map(
    (breach) => `${place}: ${breach}`,
  )
}

type Found = Call & { readonly members: Readonly<Record<string, string>> }

function callOf({ method, path }: Exchange): Found | null {
  for (const known of CALLS) {
    if (known.method !== method) continue
    const pattern = known.path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')
    const match = new RegExp(`^${pattern}$`).exec(path)
    if (match !== null) return { ...known, members: { ...match.groups } }
  }
  return null
}

const unasked = (asked: object): readonly string[] =>
  Object.keys(asked).map((name) => `request must not have '${name}'`)

/** Texts of the address as the numbers that the type wants. */
function typed(
  values: Readonly<Record<string, unknown>>,
  area: Area,
  type: string,
): Readonly<Record<string, unknown>> {
  const { definitions } = bodySchema(area, type)
  const properties = Object(Object(Object(definitions)[type]).properties)
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      Object(properties[name]).type === 'number' && typeof value === 'string' ? Number(value) : value,
    ]),
  )
}

const validators = new Map<string, ValidateFunction>()

function faults(side: string, area: Area, type: string, value: unknown): readonly string[] {
  const key = `${area} ${type}`
  const validate =
    validators.get(key) ?? new Ajv({ strict: false, allErrors: true }).compile(bodySchema(area, type))
  validators.set(key, validate)
  if (validate(withoutNulls(value))) return []
  return (validate.errors ?? []).map(({ instancePath, message, params }) => {
    const name = 'additionalProperty' in params ? ` '${params['additionalProperty']}'` : ''
    return `${side}${instancePath.replaceAll('/', '.')} ${message}${name}`
  })
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      name === NULLABLE && Array.isArray(inner)
        ? inner.map((row) => (Array.isArray(row) ? row.map((cell) => cell ?? '') : row))
        : withoutNulls(inner),
    ]),
  )
}
