import type { Catalog } from '../../../catalog/catalog.ts'
import { confluentFaults } from '../../../compile/flink/confluent-lint.ts'
import { flinkDialect } from '../../../compile/flink/dialect.ts'
import { SqlCompiler } from '../../../compile/sql-compiler.ts'
import { unreadable } from '../../../event-log/kafka/avro-type.ts'
import type { Finding } from '../finding.ts'
import type { ConfluentDeployment, DeployedStatement } from './deployment.ts'
import { inferredColumns } from './inferred-columns.ts'
import { MAX_STATEMENT_NAME, STATEMENT_NAME } from './statement-name.ts'
import { topicConfigFaults } from './topic-config.ts'

/** What is wrong with a deployment: texts, names, values, sizes, and references to what is not there. */
export function deploymentFaults(deployment: ConfluentDeployment, catalog: Catalog): readonly Finding[] {
  return [
    ...topicFaults(deployment),
    ...subjectFaults(deployment, catalog),
    ...statementFaults(deployment.statements),
    ...jobFaults(deployment),
    ...datagenFaults(deployment),
  ]
}

/** @source Apache Kafka, Topic.LEGAL_CHARS and MAX_NAME_LENGTH */
const TOPIC_NAME = /^[a-zA-Z0-9._-]{1,249}$/
/** Of one cluster that is not dedicated. @source Confluent Cloud documentation, cluster types */
const MAX_PARTITIONS = 3000

function topicFaults({ topics, tables, lakeTopics }: ConfluentDeployment): readonly Finding[] {
  const names = new Set(topics.map(({ name }) => name))
  const partitions = [...topics, ...tables].reduce((sum, topic) => sum + topic.partitions, 0)
  return [
    ...twice(topics),
    ...[...topics, ...tables].flatMap(({ name, partitions: own }) => [
      ...(TOPIC_NAME.test(name) ? [] : [{ name, message: 'is no name of a topic' }]),
      ...(Number.isInteger(own) && own >= 1 ? [] : [{ name, message: `has ${own} partitions` }]),
    ]),
    ...topics.flatMap(({ name, config }) => topicConfigFaults(config).map((message) => ({ name, message }))),
    ...(partitions > MAX_PARTITIONS
      ? [
          {
            name: 'topics',
            message: `have ${partitions} partitions in all, a cluster takes ${MAX_PARTITIONS}`,
          },
        ]
      : []),
    ...lakeTopics
      .filter((name) => !names.has(name))
      .map((name) => ({ name, message: 'goes to Delta, but is no topic' })),
  ]
}

const sql = new SqlCompiler(flinkDialect)

/** The table that is inferred of a subject has every column that the catalog's SQL reads, in its type. */
function subjectFaults(
  { subjects, topics, jobs }: ConfluentDeployment,
  catalog: Catalog,
): readonly Finding[] {
  const read = new Set(jobs.flatMap(({ sources }) => sources))
  const orphans = subjects.filter(({ topic }) => !topics.some(({ name }) => name === topic))
  const bare = [...read].filter((topic) => !subjects.some((subject) => subject.topic === topic))
  return [
    ...twice(subjects),
    ...orphans.map(({ name, topic }) => ({ name, message: `is of '${topic}', which is no topic` })),
    ...bare.map((name) => ({ name, message: 'is read by a job, but has no subject: it is no table' })),
    ...subjects.flatMap(({ name, topic, schema }) => {
      const source = catalog.sources.find((one) => one.name === topic)
      if (source === undefined || !read.has(topic)) return []
      const inferred = new Map(
        inferredColumns(schema, 'types alone').map((column) => [column.name, column.type]),
      )
      return sql
        .tableColumns(source)
        .filter((column) => column.name in source.columns && inferred.get(column.name) !== column.type)
        .map((column) => ({
          name,
          message: `column '${column.name}' is ${inferred.get(column.name) ?? 'not there'}, statements read ${column.type}`,
        }))
    }),
  ]
}

function statementFaults(statements: readonly DeployedStatement[]): readonly Finding[] {
  const earlier = new Set<string>()
  return [
    ...twice(statements),
    ...statements.flatMap(({ name, sql: text, after }) => {
      const messages = [
        ...(STATEMENT_NAME.test(name) && name.length <= MAX_STATEMENT_NAME
          ? []
          : [
              `is no name of a statement: lower-case letters, digits and dashes, at most ${MAX_STATEMENT_NAME}`,
            ]),
        ...after
          .filter((one) => !earlier.has(one))
          .map((one) => `runs after '${one}', which does not come before it`),
        ...confluentFaults(text),
      ]
      earlier.add(name)
      return messages.map((message) => ({ name, message }))
    }),
  ]
}

/** Each table belongs to one job and is made before it. */
function jobFaults({ jobs, tables, statements }: ConfluentDeployment): readonly Finding[] {
  const made = new Set(statements.filter(({ kind }) => kind === 'createTable').map(({ about }) => about))
  const owners = new Map<string, string>()
  return [
    ...tables
      .filter(({ name }) => !made.has(name))
      .map(({ name }) => ({ name, message: 'is made by no statement' })),
    ...jobs
      .filter(({ statement }) => !statements.some(({ name }) => name === statement))
      .map(({ statement }) => ({ name: statement, message: 'is a job without a statement' })),
    ...jobs.flatMap(({ statement, tables: own }) =>
      own.flatMap((table) => {
        const owner = owners.get(table)
        owners.set(table, statement)
        return owner === undefined
          ? []
          : [{ name: table, message: `is written by '${owner}' and '${statement}'` }]
      }),
    ),
  ]
}

/** What is made up can be read as what the contract says. */
function datagenFaults({ datagen, subjects }: ConfluentDeployment): readonly Finding[] {
  return datagen.flatMap(({ name, topic, schema }) => {
    const subject = subjects.find((one) => one.topic === topic)
    if (subject === undefined) return [{ name, message: `writes to '${topic}', which has no subject` }]
    const reasons = [unreadable(subject.schema, schema), unreadable(schema, subject.schema)]
    return reasons.flatMap((reason) =>
      reason === null
        ? []
        : [{ name, message: `its schema is not compatible with '${subject.name}': ${reason}` }],
    )
  })
}

function twice(items: readonly { readonly name: string }[]): readonly Finding[] {
  const names = items.map(({ name }) => name)
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))].map((name) => ({
    name,
    message: 'is there twice',
  }))
}
