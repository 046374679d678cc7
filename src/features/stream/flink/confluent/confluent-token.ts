import { type TokenSource, tokenSource } from '../../../../core/http/access-token.ts'
import { textOr } from '../../../../core/http/answer-fields.ts'
import type { RestTiming } from '../../../../core/http/rest-call.ts'
import { RestClient } from '../../../../core/http/rest-client.ts'

/** Names of the settings, for errors. */
export const OAUTH_SETTINGS = {
  tokenUrl: 'CONFLUENT_OAUTH_TOKEN_URL',
  clientId: 'CONFLUENT_OAUTH_CLIENT_ID',
  clientSecret: 'CONFLUENT_OAUTH_CLIENT_SECRET',
  scope: 'CONFLUENT_OAUTH_SCOPE',
  identityPoolId: 'CONFLUENT_IDENTITY_POOL_ID',
  stsUrl: 'CONFLUENT_STS_URL',
} as const

/** Where Confluent gives out tokens. @source Confluent OpenAPI flink-gateway v1, external-access-token */
export const STS_URL = 'https://api.confluent.cloud/sts/v1/oauth2/token'

export type OAuthClient = RestTiming & {
  /** Of the identity provider that is registered with Confluent. Default: Confluent's own. */
  readonly tokenUrl?: string
  readonly clientId: string
  readonly clientSecret: string
  readonly scope?: string
  /** Pool of the provider's identities: its token is exchanged for one of Confluent's. Absent: it is taken as it is. */
  readonly identityPoolId?: string
  /** Where it is exchanged. Default: `STS_URL`. */
  readonly stsUrl?: string
}

/**
 * Tokens for the statements API by client credentials, instead of a key.
 * @throws EndcapError from the source: USAGE, ENGINE_FAILED, ENGINE_UNAVAILABLE
 */
export function confluentToken(client: OAuthClient): TokenSource {
  const {
    tokenUrl = STS_URL,
    clientId,
    clientSecret,
    scope,
    identityPoolId,
    stsUrl = STS_URL,
    ...timing
  } = client
  const external = tokenSource(
    {
      ...endpointOf(tokenUrl, timing, [clientSecret]),
      what: 'token of the client',
      form: async () => ({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret,
        ...(scope === undefined ? {} : { scope }),
      }),
    },
    timing.clock,
  )
  if (identityPoolId === undefined) return external
  return tokenSource(
    {
      ...endpointOf(stsUrl, timing, []),
      what: `exchange of the client’s token in ${identityPoolId}`,
      form: async () => ({
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token: await external(),
        subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
        requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        identity_pool_id: identityPoolId,
      }),
    },
    timing.clock,
  )
}

function endpointOf(address: string, timing: RestTiming, secrets: readonly string[]) {
  const client = new RestClient({
    ...timing,
    place: 'confluent oauth',
    address,
    secrets,
    setting: { name: OAUTH_SETTINGS.tokenUrl, example: 'https://<provider>/oauth2/v1/token' },
    remedies: { 400: REMEDY, 401: REMEDY, 403: REMEDY, 404: REMEDY },
    unavailable: `Check ${OAUTH_SETTINGS.tokenUrl} and the way to it.`,
    errorText: (body) => textOr(body, 'error_description', textOr(body, 'error')) || null,
  })
  return { client, path: '', place: 'confluent oauth' }
}

const REMEDY = `Check ${OAUTH_SETTINGS.tokenUrl}, ${OAUTH_SETTINGS.clientId}, ${OAUTH_SETTINGS.clientSecret} and, if a token is exchanged, ${OAUTH_SETTINGS.identityPoolId}.`
