import { unreadable } from '../../../event-log/kafka/avro-type.ts'
import type { Finding } from '../finding.ts'
import type { Changes } from '../platform.ts'
import type { ConfluentDeployment, DeployedSubject, DeployedTable, DeployedTopic } from './deployment.ts'

/** What happens to state when one deployment follows another. */
export function deploymentChanges(before: ConfluentDeployment, after: ConfluentDeployment): Changes {
  return {
    losses: [
      ...pairs(before.topics, after.topics).flatMap(({ was, is, name }) =>
        is === undefined
          ? [{ name, message: 'the topic is gone, and all of its records' }]
          : topicLosses(was, is),
      ),
      ...tablesLost(before, after),
      ...pairs(before.subjects, after.subjects).flatMap(({ was, is, name }) =>
        is === undefined ? [{ name, message: 'the subject is gone' }] : subjectLosses(was, is),
      ),
      ...statementLosses(before, after),
    ],
    notes: notes(before, after),
  }
}

type Named = { readonly name: string }
type Pair<T extends Named> = { readonly name: string; readonly was: T; readonly is: T | undefined }

const pairs = <T extends Named>(before: readonly T[], after: readonly T[]): readonly Pair<T>[] =>
  before.map((was) => ({ name: was.name, was, is: after.find(({ name }) => name === was.name) }))

function topicLosses(was: DeployedTopic, is: DeployedTopic): readonly Finding[] {
  const { name } = was
  const setting = (one: string) => [was.config[one], is.config[one]] as const
  const [policyWas, policyIs] = setting('cleanup.policy')
  const [retentionWas, retentionIs] = setting('retention.ms')
  return [
    ...(is.key === was.key
      ? []
      : [
          {
            name,
            message: `its key was '${was.key}' and is '${is.key}': one id in two partitions, and no order`,
          },
        ]),
    ...(is.partitions < was.partitions
      ? [
          {
            name,
            message: `had ${was.partitions} partitions and has ${is.partitions}: it is made anew, empty`,
          },
        ]
      : []),
    ...(policyIs === policyWas
      ? []
      : [{ name, message: `its cleanup was '${policyWas}' and is '${policyIs}': records are dropped` }]),
    ...(daysKept(retentionIs) < daysKept(retentionWas)
      ? [{ name, message: `kept records for ${retentionWas} ms and keeps them for ${retentionIs} ms` }]
      : []),
  ]
}

/** -1 is for ever. */
const daysKept = (retentionMs: string | undefined): number =>
  retentionMs === undefined || retentionMs === '-1' ? Number.POSITIVE_INFINITY : Number(retentionMs)

/** The tables of a job that is gone are lost with it. */
function tablesLost(before: ConfluentDeployment, after: ConfluentDeployment): readonly Finding[] {
  const left = new Set(after.jobs.map(({ statement }) => statement))
  const goneWithJob = new Set(
    before.jobs.filter(({ statement }) => !left.has(statement)).flatMap(({ tables }) => tables),
  )
  return pairs(before.tables, after.tables).flatMap(({ was, is, name }) => {
    if (is !== undefined) return tableLosses(was, is)
    return goneWithJob.has(name) ? [] : [{ name, message: 'the table is gone, and all of its tiles' }]
  })
}

function tableLosses(was: DeployedTable, is: DeployedTable): readonly Finding[] {
  const { name } = was
  return [
    ...(is.key.join() === was.key.join()
      ? []
      : [{ name, message: `its key was (${was.key.join(', ')}) and is (${is.key.join(', ')})` }]),
    ...(is.partitions < was.partitions
      ? [{ name, message: `had ${was.partitions} partitions and has ${is.partitions}` }]
      : []),
    ...(is.cleanupPolicy === was.cleanupPolicy
      ? []
      : [{ name, message: `its cleanup is '${is.cleanupPolicy}'` }]),
  ]
}

/** Old records stay readable, and so do new ones for those who read by the old schema. */
function subjectLosses(was: DeployedSubject, is: DeployedSubject): readonly Finding[] {
  const { name } = was
  const reasons = [
    ['old records cannot be read', unreadable(is.schema, was.schema)],
    ['new records cannot be read by what runs', unreadable(was.schema, is.schema)],
  ] as const
  return reasons.flatMap(([what, reason]) =>
    reason === null ? [] : [{ name, message: `${what}: ${reason}` }],
  )
}

/** A statement's name is the hash of its text, so one that is there under its name is the same one. */
function statementLosses(before: ConfluentDeployment, after: ConfluentDeployment): readonly Finding[] {
  return pairs(before.statements, after.statements).flatMap(({ was, is, name }) => {
    if (is === undefined) {
      return was.kind === 'job' ? [{ name, message: jobLoss(before, after, name) }] : []
    }
    if (is.sql !== was.sql) return [{ name, message: 'its text is another one under the same name' }]
    const properties = JSON.stringify(is.properties)
    return properties === JSON.stringify(was.properties)
      ? []
      : [{ name, message: `its settings are ${properties}: the statement is made anew, without its state` }]
  })
}

function jobLoss(before: ConfluentDeployment, after: ConfluentDeployment, statement: string): string {
  const job = before.jobs.find((one) => one.statement === statement)
  const [stay, go] = [true, false].map((stays) =>
    (job?.tables ?? []).filter((table) => after.tables.some(({ name }) => name === table) === stays),
  )
  return [
    'the job is gone, and its state',
    ...(go === undefined || go.length === 0 ? [] : [`nothing keeps ${go.join(', ')} up to date`]),
    ...(stay === undefined || stay.length === 0
      ? []
      : [
          `rows of part '${job?.generation}' stay in ${stay.length} tables beside those of the next generation`,
        ]),
  ].join('; ')
}

function notes(before: ConfluentDeployment, after: ConfluentDeployment): readonly Finding[] {
  const added = <T extends Named>(what: string, was: readonly T[], is: readonly T[]) =>
    is
      .filter(({ name }) => !was.some((one) => one.name === name))
      .map(({ name }) => ({ name, message: `${what} is new` }))
  const grown = pairs(before.topics, after.topics).flatMap(({ was, is, name }) =>
    is !== undefined && is.partitions > was.partitions
      ? [
          {
            name,
            message: `gets ${is.partitions} partitions for ${was.partitions}: the same id before and after may lie in two`,
          },
        ]
      : [],
  )
  return [
    ...added('the topic', before.topics, after.topics),
    ...added('the subject', before.subjects, after.subjects),
    ...added('the table', before.tables, after.tables),
    ...added('the statement', before.statements, after.statements),
    ...grown,
  ]
}
