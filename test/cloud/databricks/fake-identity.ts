import type { Answer, Asked } from '../fake-service.ts'
import { failure } from './failure.ts'

export const PRINCIPAL = 'a1b2c3d4-0000-0000-0000-000000000000'
export const PRINCIPAL_SECRET = 'dose-fake'
export const VOLUME = '/Volumes/main/shop/data'

/** Tokens for a service principal, who is asking, and one volume. @source Databricks documentation, OAuth machine to machine */
export class FakeIdentity {
  readonly #tokens: Set<string>

  /** @param tokens those that the workspace takes; what is given out here is added */
  constructor(tokens: Set<string>) {
    this.#tokens = tokens
  }

  /** Asked without a token. */
  token({ method, url, authorization, body }: Asked): Answer | null {
    if (method !== 'POST' || url.pathname !== '/oidc/v1/token') return null
    const known = `Basic ${Buffer.from(`${PRINCIPAL}:${PRINCIPAL_SECRET}`).toString('base64')}`
    const { grant_type: grant, scope } = Object(body)
    if (authorization !== known) return refusal(401, 'invalid_client', 'Client authentication failed')
    if (grant !== 'client_credentials' || scope !== 'all-apis')
      return refusal(400, 'invalid_request', 'grant')
    const token = `of-principal-${this.#tokens.size}`
    this.#tokens.add(token)
    return { status: 200, body: { access_token: token, token_type: 'Bearer', expires_in: 3600, scope } }
  }

  answer({ method, url, authorization }: Asked): Answer | null {
    if (method !== 'GET') return null
    if (url.pathname === '/api/2.0/preview/scim/v2/Me') {
      const userName = authorization.includes('of-principal-') ? PRINCIPAL : 'somebody@example.com'
      return { status: 200, body: { id: '1', userName, active: true } }
    }
    const name = /^\/api\/2\.1\/unity-catalog\/volumes\/(.+)$/.exec(url.pathname)?.[1]
    if (name === undefined) return null
    if (name !== VOLUME.slice('/Volumes/'.length).replaceAll('/', '.'))
      return failure(404, 'VOLUME_DOES_NOT_EXIST', `Volume '${name}' does not exist.`)
    const [catalog_name, schema_name, volume] = name.split('.')
    return {
      status: 200,
      body: { catalog_name, schema_name, name: volume, full_name: name, volume_type: 'MANAGED' },
    }
  }
}

const refusal = (status: number, error: string, description: string): Answer => ({
  status,
  body: { error, error_description: description },
})
