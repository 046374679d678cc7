import { type Answer, type Asked, FakeService, listening } from './fake-service.ts'

export const CLIENT_ID = 'client-1'
export const CLIENT_SECRET = 'client-secret'
export const POOL = 'pool-abc1'

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'

/**
 * Gives out tokens: `/token` to a client in the form or in the header, `/sts/v1/oauth2/token` for a token of the former.
 * @source RFC 6749 4.4, RFC 8693; Confluent's API, exchangeStsV1OauthToken
 */
export class FakeTokenServer extends FakeService {
  /** All that were given out. */
  readonly tokens = new Set<string>()
  expiresInSeconds = 3600

  static async start(): Promise<FakeTokenServer> {
    return listening(new FakeTokenServer())
  }

  protected override answer({ method, url, body, authorization, contentType }: Asked): Answer {
    if (method !== 'POST' || contentType?.startsWith('application/x-www-form-urlencoded') !== true)
      return refusal('invalid_request', 'a form has to be posted')
    const form: Readonly<Record<string, unknown>> = { ...Object(body) }
    if (url.pathname === '/token') return this.#credentials(form, authorization)
    if (url.pathname === '/sts/v1/oauth2/token') return this.#exchange(form)
    return { status: 404 }
  }

  #credentials(form: Readonly<Record<string, unknown>>, authorization: string): Answer {
    const inHeader = `Basic ${Buffer.from(`${CLIENT_ID}:${CLIENT_SECRET}`).toString('base64')}`
    const isKnown =
      authorization === inHeader ||
      (form['client_id'] === CLIENT_ID && form['client_secret'] === CLIENT_SECRET)
    if (!isKnown)
      return refusal('invalid_client', `Client authentication failed: ${form['client_secret']}`, 401)
    if (form['grant_type'] !== 'client_credentials')
      return refusal('unsupported_grant_type', 'not given here')
    return this.#give('external')
  }

  #exchange(form: Readonly<Record<string, unknown>>): Answer {
    const isWhole =
      form['grant_type'] === EXCHANGE &&
      form['subject_token_type'] === 'urn:ietf:params:oauth:token-type:jwt' &&
      form['requested_token_type'] === 'urn:ietf:params:oauth:token-type:access_token' &&
      form['identity_pool_id'] === POOL
    const subject = String(form['subject_token'])
    if (!isWhole) return refusal('invalid_request', 'the exchange is not complete')
    if (!subject.startsWith('external') || !this.tokens.has(subject))
      return refusal('invalid_grant', 'the token is not one of the pool’s provider', 401)
    return this.#give('exchanged')
  }

  #give(kind: string): Answer {
    const token = `${kind}-${this.tokens.size + 1}`
    this.tokens.add(token)
    const body = { access_token: token, token_type: 'Bearer', expires_in: this.expiresInSeconds }
    return { status: 200, body }
  }
}

const refusal = (error: string, description: string, status = 400): Answer => ({
  status,
  body: { error, error_description: description },
})
