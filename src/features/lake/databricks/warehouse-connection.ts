import type { Clock } from '../../../core/clock.ts'
import type { RestClient } from '../../../core/http/rest-client.ts'

/** Names of the settings, for errors: what a person has to put right. */
export const SETTINGS = { warehouseId: 'DATABRICKS_WAREHOUSE_ID', catalog: '--catalog' } as const

export type WarehouseConnection = {
  /** Of the workspace. */
  readonly client: RestClient
  readonly warehouseId: string
  /** Of Unity Catalog, that names without one are in. Default: the workspace's. */
  readonly catalog?: string
  readonly schema?: string
  /** Of one statement, the start of a warehouse included. Default: 1 hour. */
  readonly timeoutMs?: number
  /** Between two looks at a statement at first; doubles up to 32 times as long. Default 200 ms. */
  readonly pollMs?: number
  readonly clock?: Clock
  /** Ends what is waited for: the statement is cancelled. */
  readonly signal?: AbortSignal
}
