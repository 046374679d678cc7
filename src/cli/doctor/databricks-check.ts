import { EndcapError } from '../../core/errors.ts'
import { type Environment, failed, ok, type Verdict } from './check.ts'
import { settingOf } from './cloud-settings.ts'

const TIMEOUT_MS = 10_000

/** The workspace answers, and knows who is asking. */
export async function databricksCheck(env: Environment): Promise<readonly Verdict[]> {
  const host = settingOf(env, 'DATABRICKS_HOST').replace(/\/$/, '')
  const token = await tokenOf(host, env)
  if (token === null) {
    return [
      failed(
        'databricks',
        'no credentials',
        'Set DATABRICKS_TOKEN, or DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET.',
      ),
    ]
  }
  const answer = await ask(`${host}/api/2.0/preview/scim/v2/Me`, {
    headers: { authorization: `Bearer ${token}` },
  })
  const name =
    typeof answer === 'object' && answer !== null && 'userName' in answer ? String(answer.userName) : '?'
  return [ok('databricks', `answers and takes the credentials of ${name}`)]
}

/** @source Databricks documentation, OAuth for service principals (machine to machine) */
async function tokenOf(host: string, env: Environment): Promise<string | null> {
  const { DATABRICKS_TOKEN: token, DATABRICKS_CLIENT_ID: id, DATABRICKS_CLIENT_SECRET: secret } = env
  if (token !== undefined && token !== '') return token
  if (id === undefined || secret === undefined || id === '' || secret === '') return null
  const answer = await ask(`${host}/oidc/v1/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'all-apis' }),
  })
  return typeof answer === 'object' && answer !== null && 'access_token' in answer
    ? String(answer.access_token)
    : null
}

const REMEDIES: Readonly<Record<number, string>> = {
  401: 'Set DATABRICKS_TOKEN, or DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET, to credentials that are valid now.',
  403: 'Give the user or service principal access to the workspace in DATABRICKS_HOST.',
}

/** @throws EndcapError ENGINE_UNAVAILABLE, ENGINE_FAILED; neither shows what was sent */
async function ask(url: string, init: RequestInit): Promise<unknown> {
  const { origin, pathname } = new URL(url)
  const remedy = 'Check DATABRICKS_HOST and the way to it.'
  let response: Response
  try {
    response = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) })
  } catch (cause) {
    throw new EndcapError('ENGINE_UNAVAILABLE', `nothing answers at ${origin}`, {
      place: 'databricks',
      cause,
      remedy,
    })
  }
  if (!response.ok) {
    throw new EndcapError('ENGINE_FAILED', `${pathname}: HTTP ${response.status}`, {
      place: 'databricks',
      remedy: REMEDIES[response.status] ?? remedy,
    })
  }
  try {
    return await response.json()
  } catch (cause) {
    throw new EndcapError('ENGINE_FAILED', `${pathname}: the answer is no JSON`, {
      place: 'databricks',
      cause,
      remedy,
    })
  }
}
