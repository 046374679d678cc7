import type { AvroRecord } from '../../../catalog/avro.ts'

/** Version of the rendered folder; another one is refused. */
export const CONFLUENT_FORMAT = 'endcap-confluent/1'

/** A topic that the infrastructure makes, and into which others write. */
export type DeployedTopic = {
  readonly name: string
  /** Field of the value that is the record's key, as UTF-8 text; null where the key is no field. */
  readonly key: string | null
  readonly partitions: number
  /** Kafka's names of settings. */
  readonly config: Readonly<Record<string, string>>
}

export const COMPATIBILITY_LEVELS = [
  'BACKWARD',
  'BACKWARD_TRANSITIVE',
  'FORWARD',
  'FORWARD_TRANSITIVE',
  'FULL',
  'FULL_TRANSITIVE',
  'NONE',
] as const
export type CompatibilityLevel = (typeof COMPATIBILITY_LEVELS)[number]

/** A schema in the registry: `<topic>-value`. */
export type DeployedSubject = {
  readonly name: string
  readonly topic: string
  readonly compatibility: CompatibilityLevel
  readonly schema: AvroRecord
}

export type StatementKind = 'alterTable' | 'createView' | 'createTable' | 'job'

/** A Flink statement. Its name ends with the hash of its text, so that a name never changes its meaning. */
export type DeployedStatement = {
  readonly name: string
  readonly kind: StatementKind
  /** Table or view that it makes or alters; of a job its generation. */
  readonly about: string
  readonly sql: string
  /** Names of the statements that have to be done before. */
  readonly after: readonly string[]
  /** Settings of the statement beside catalog and database. */
  readonly properties: Readonly<Record<string, string>>
}

/** A table that a job keeps up to date by key: topic, subjects and table are made by its statement. */
export type DeployedTable = {
  readonly name: string
  readonly key: readonly string[]
  readonly partitions: number
  readonly cleanupPolicy: 'compact'
}

/** A job with its state: the tables that it alone contributes to, under its generation. */
export type DeployedJob = {
  /** `part` of each row that it writes. */
  readonly generation: string
  readonly statement: string
  readonly tables: readonly string[]
  /** Topics that it reads. */
  readonly sources: readonly string[]
}

/** A managed source connector that makes up records, for trying the pipeline out. */
export type DatagenConnector = {
  readonly name: string
  readonly topic: string
  /** The contract's Avro schema with the annotations of Confluent's generator. */
  readonly schema: object
  /** Longest pause between two records. */
  readonly maxIntervalMs: number
}

/** Everything of a shop at Confluent that follows from its catalog; what depends on the account is the program's. */
export type ConfluentDeployment = {
  readonly format: typeof CONFLUENT_FORMAT
  readonly topics: readonly DeployedTopic[]
  readonly subjects: readonly DeployedSubject[]
  readonly tables: readonly DeployedTable[]
  readonly jobs: readonly DeployedJob[]
  /** In an order in which they can run. */
  readonly statements: readonly DeployedStatement[]
  /** Topics that go to Delta. */
  readonly lakeTopics: readonly string[]
  readonly datagen: readonly DatagenConnector[]
}
