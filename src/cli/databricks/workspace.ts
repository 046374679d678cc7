import { EndcapError } from '../../core/errors.ts'
import { tokenSource } from '../../core/http/access-token.ts'
import { textOr } from '../../core/http/answer-fields.ts'
import type { RestTiming } from '../../core/http/rest-call.ts'
import { basicAuthorization, RestClient } from '../../core/http/rest-client.ts'

/** Settings of the process by their names. */
type Environment = Readonly<Record<string, string | undefined>>

const HOST = { name: 'DATABRICKS_HOST', example: 'https://dbc-1.cloud.databricks.com' } as const

/**
 * The workspace that the settings of the process name, as Databricks' own tools read them: DATABRICKS_HOST with
 * DATABRICKS_TOKEN, or with DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET of a service principal.
 * @throws EndcapError USAGE if one is missing
 */
export function databricksWorkspace(env: Environment, timing: RestTiming = {}): RestClient {
  const host = env[HOST.name] ?? ''
  if (host === '') throw missing(HOST.name, `such as ${HOST.example}`)
  // Databricks itself puts a bare name into the environment of an App.
  const address = /^https?:\/\//.test(host) ? host : `https://${host}`
  return new RestClient({
    ...timing,
    ...credentialsOf(address, env, timing),
    ...words,
    place: 'databricks',
    address,
    setting: HOST,
  })
}

const words = {
  remedies: {
    401: 'Set DATABRICKS_TOKEN, or DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET, to credentials that are valid now.',
    403: 'Give the user or service principal of the credentials the right that the message names, in the workspace of DATABRICKS_HOST.',
    404: 'Check what the message names, and that DATABRICKS_HOST is the workspace that has it.',
  },
  unavailable: 'Check DATABRICKS_HOST and the way to it; Databricks’ status page tells of outages.',
  errorText: (body: unknown): string | null => {
    const [code, message] = [
      textOr(body, 'error_code'),
      textOr(body, 'message', textOr(body, 'error_description')),
    ]
    return code === '' && message === '' ? null : [code, message].filter((part) => part !== '').join(': ')
  },
}

function credentialsOf(address: string, env: Environment, timing: RestTiming) {
  const {
    DATABRICKS_TOKEN: token = '',
    DATABRICKS_CLIENT_ID: id = '',
    DATABRICKS_CLIENT_SECRET: secret = '',
  } = env
  if (token !== '') return { authorization: async () => `Bearer ${token}`, secrets: [token] }
  if (id === '' || secret === '') {
    throw missing('DATABRICKS_TOKEN', 'or DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET')
  }
  const basic = basicAuthorization(id, secret)
  const source = tokenSource(
    {
      client: new RestClient({
        ...timing,
        ...words,
        place: 'databricks',
        address,
        setting: HOST,
        authorization: async () => basic,
        secrets: [basic, secret],
      }),
      path: '/oidc/v1/token',
      form: async () => ({ grant_type: 'client_credentials', scope: 'all-apis' }),
      what: 'token of the service principal',
      place: 'databricks',
    },
    timing.clock,
  )
  return {
    authorization: async (signal?: AbortSignal) => `Bearer ${await source(signal)}`,
    secrets: [secret],
  }
}

const missing = (name: string, more: string): EndcapError =>
  new EndcapError('USAGE', `${name} is not set`, {
    place: 'databricks',
    remedy: `Set ${name}, ${more}; \`endcap doctor --profile cloud\` looks at all settings.`,
  })
