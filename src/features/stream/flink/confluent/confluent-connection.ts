import { listField, textOr } from '../../../../core/http/answer-fields.ts'
import type { RestTiming } from '../../../../core/http/rest-call.ts'
import { basicAuthorization, RestClient } from '../../../../core/http/rest-client.ts'

/** Names of the settings, for errors: what a person has to put right. */
export const SETTINGS = {
  endpoint: 'FLINK_REST_ENDPOINT',
  organizationId: 'CONFLUENT_ORGANIZATION_ID',
  environmentId: 'CONFLUENT_ENVIRONMENT_ID',
  apiKey: 'FLINK_API_KEY',
  apiSecret: 'FLINK_API_SECRET',
  computePoolId: 'FLINK_COMPUTE_POOL_ID',
  principal: 'FLINK_PRINCIPAL_ID',
} as const

/** Who asks: a key of the Flink region, or whatever gives a token that is valid now (`confluentToken`). */
export type ConfluentCredentials =
  | { readonly apiKey: string; readonly apiSecret: string }
  | { readonly token: (signal?: AbortSignal) => Promise<string> }

export type ConfluentConnection = RestTiming &
  ConfluentCredentials & {
    /** `https://flink.<region>.<provider>.confluent.cloud`. */
    readonly endpoint: string
    readonly organizationId: string
    readonly environmentId: string
  }

/** The statements API of one environment; paths are below the environment. Statements are named by the caller, so any call may be repeated. */
export function confluentClient(connection: ConfluentConnection): RestClient {
  const { endpoint, organizationId, environmentId, ...rest } = connection
  const prefix = `/sql/v1/organizations/${encodeURIComponent(organizationId)}/environments/${encodeURIComponent(environmentId)}`
  return new RestClient({
    ...rest,
    ...credentialsOf(connection),
    place: 'confluent flink',
    address: endpoint,
    prefix,
    setting: { name: SETTINGS.endpoint, example: 'https://flink.<region>.<provider>.confluent.cloud' },
    remedies: 'token' in connection ? { ...REMEDIES, 401: TOKEN_REMEDY } : REMEDIES,
    unavailable: `Check ${SETTINGS.endpoint} and the way to it; Confluent’s status page tells of outages.`,
    errorText,
  })
}

function credentialsOf(connection: ConfluentCredentials) {
  if ('token' in connection) {
    const { token } = connection
    return { authorization: async (signal?: AbortSignal) => `Bearer ${await token(signal)}` }
  }
  const { apiKey, apiSecret } = connection
  const authorization = basicAuthorization(apiKey, apiSecret)
  return {
    authorization: async () => authorization,
    secrets: [authorization.replace('Basic ', ''), apiSecret, apiKey],
  }
}

/** `title: detail` of each error of an answer. */
function errorText(body: unknown): string | null {
  const errors = listField(body, 'errors').map((error) =>
    [textOr(error, 'title'), textOr(error, 'detail')].filter((part) => part !== '').join(': '),
  )
  return errors.length > 0 ? errors.join('; ') : null
}

/** What to put right, by what the service refused. */
const REMEDIES: Readonly<Record<number, string>> = {
  400: 'Correct what the message names.',
  401: `Set ${SETTINGS.apiKey} and ${SETTINGS.apiSecret} to a key of the Flink region that has not been deleted.`,
  403: `Give the key’s account the role FlinkDeveloper in ${SETTINGS.environmentId}, and Assigner of the account in ${SETTINGS.principal}.`,
  404: `Check the name, ${SETTINGS.organizationId}, ${SETTINGS.environmentId} and the region in ${SETTINGS.endpoint}.`,
  409: 'A statement of that name is there with another text, or has changed meanwhile: names end with the hash of their text.',
  422: `Check the statement’s text and ${SETTINGS.computePoolId}.`,
}

const TOKEN_REMEDY =
  'Give the identity pool the role FlinkDeveloper, and set CONFLUENT_IDENTITY_POOL_ID to it: the token is not one that Confluent takes.'
