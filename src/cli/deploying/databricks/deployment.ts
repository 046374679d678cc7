/** Version of the rendered folder; another one is refused. */
export const DATABRICKS_FORMAT = 'endcap-databricks/1'

/**
 * `landing` is written by the way from Kafka, `bronze` keeps the log, `silver` and `gold` are computed of it at any time,
 * `models` holds what is learnt and what it is learnt from.
 */
export const SCHEMAS = ['landing', 'bronze', 'silver', 'gold', 'models'] as const
export type SchemaName = (typeof SCHEMAS)[number]

/** Files that jobs and the App pass on: Parquet to learn from, and the data folder that the App answers from. */
export const VOLUMES = ['models.training', 'models.serving'] as const
/** What `endcap models publish` registers versions of. */
export const REGISTERED_MODEL = 'models.recommender'

export type DeployedTable = {
  /** `schema.table`. */
  readonly name: string
  /** Names to types; of bronze alone, since the others are made anew. */
  readonly columns: Readonly<Record<string, string>>
}

/** Statements, each ended by `;`, that a task of a job runs. */
export type DeployedScript = { readonly name: string; readonly sql: string }

/** Everything of a shop at Databricks that follows from its catalog; the rest is the bundle's. */
export type DatabricksDeployment = {
  readonly format: typeof DATABRICKS_FORMAT
  readonly schemas: readonly string[]
  readonly volumes: readonly string[]
  readonly models: readonly string[]
  readonly tables: readonly DeployedTable[]
  readonly scripts: readonly DeployedScript[]
}
