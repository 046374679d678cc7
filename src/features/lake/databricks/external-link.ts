import { RestClient } from '../../../core/http/rest-client.ts'
import { type Chunk, rowOf } from './statement-answer.ts'
import { SETTINGS } from './warehouse-connection.ts'

const TIMEOUT_MS = 600_000

/**
 * Rows from a file in the store of the workspace's cloud. The link itself is the permission; no credentials of ours go there,
 * and it is in no error.
 */
export async function fetchLink(
  { url, headers }: Chunk['links'][number],
  what: string,
  signal: AbortSignal | undefined,
): Promise<readonly (readonly unknown[])[]> {
  const { origin, pathname, search } = new URL(url)
  const store = new RestClient({
    place: 'databricks results',
    address: origin,
    setting: { name: 'the link of the result', example: 'https://<store>' },
    remedies: { 403: 'Run the statement again: the link has ended, or the store lets nobody in from here.' },
    unavailable: `Let this machine reach the store of the workspace’s cloud, to which ${SETTINGS.warehouseId} writes large results.`,
    errorText: () => null,
    timeoutMs: TIMEOUT_MS,
  })
  const call = {
    method: 'GET',
    // As it is: its signature is over the letters.
    path: `${pathname}${search}`,
    headers,
    what,
    ...(signal === undefined ? {} : { signal }),
  } as const
  const rows = await store.json(call)
  return (Array.isArray(rows) ? rows : []).map(rowOf)
}
