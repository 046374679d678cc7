import type { Stream } from '../../../algebra/stream.ts'
import type { Catalog } from '../../../catalog/catalog.ts'
import { confluentConnectors } from '../../../compile/flink/confluent-connectors.ts'
import { flinkJob, refusalTopic } from '../../../compile/flink/flink-job.ts'
import { planView, type ViewPlan } from '../../../compile/plan.ts'
import { DAY_MS } from '../../../core/duration.ts'
import type { DeployedJob, DeployedStatement, DeployedTable, StatementKind } from './deployment.ts'
import { statementName } from './statement-name.ts'

export type JobParts = {
  readonly jobs: readonly DeployedJob[]
  readonly tables: readonly DeployedTable[]
  readonly statements: readonly DeployedStatement[]
}

export type JobOptions = {
  readonly partitions: number
  /** What is deployed: its jobs stay, and only what none of them computes gets a job of its own. */
  readonly before?: JobParts
  /** Statements of jobs that are given up. */
  readonly retired?: readonly string[]
}

/**
 * The jobs of the catalog's views. A job holds state, so one that runs is never touched: a view that is new or means
 * something else gets a job beside it, under the next generation.
 */
export function jobsOf(catalog: Catalog, options: JobOptions): JobParts {
  const { partitions, before: deployed = NOTHING, retired = [] } = options
  const before = without(deployed, retired)
  const kept = new Set(before.tables.map(({ name }) => name))
  const views = catalog.views
    .map((view) => planView(view, catalog.horizon))
    .filter(({ tileName }) => !kept.has(tileName))
  const refused = catalog.streams.filter((stream) => !kept.has(refusalTopic(stream)))
  if (views.length === 0 && refused.length === 0) return before
  return joined(before, newJob(catalog, { views, refused, partitions, number: nextGeneration(deployed) }))
}

/** What the other jobs need. */
function without({ jobs, tables, statements }: JobParts, retired: readonly string[]): JobParts {
  const left = jobs.filter(({ statement }) => !retired.includes(statement))
  const owned = new Set(left.flatMap((job) => job.tables))
  const needed = new Set(left.map(({ statement }) => statement))
  for (const { name, after } of statements.toReversed()) {
    if (needed.has(name)) for (const one of after) needed.add(one)
  }
  return {
    jobs: left,
    tables: tables.filter(({ name }) => owned.has(name)),
    statements: statements.filter(({ name }) => needed.has(name)),
  }
}

const NOTHING: JobParts = { jobs: [], tables: [], statements: [] }

type NewJob = {
  readonly views: readonly ViewPlan[]
  /** Streams whose refusals are not written yet. */
  readonly refused: readonly Stream[]
  readonly partitions: number
  readonly number: number
}

function newJob(catalog: Catalog, { views, refused, partitions, number }: NewJob): JobParts {
  const generation = `g${number}`
  const { streams, horizon } = catalog
  const connectors = confluentConnectors({ partitions })
  const { ddl, dml, sinks } = flinkJob({
    horizon,
    streams,
    views,
    refusalsOf: refused,
    part: generation,
    connectors,
  })
  const first = ddl.map(ddlStatement)
  const after = first.map(({ name }) => name)
  const statement = statementName('job', generation, dml)
  const job: DeployedStatement = {
    name: statement,
    kind: 'job',
    about: generation,
    sql: dml,
    after,
    properties: { ...PROPERTIES, 'sql.state-ttl': `${stateDays(catalog, views)} d` },
  }
  const sources = [...new Set(streams.flatMap(({ branches }) => branches.map(({ source }) => source.name)))]
  return {
    jobs: [{ generation, statement, tables: sinks.map(({ name }) => name), sources }],
    tables: sinks.map(({ name, key }) => ({ name, key, partitions, cleanupPolicy: 'compact' })),
    statements: [...inOrder(first), job],
  }
}

const PROPERTIES = { 'sql.local-time-zone': 'UTC' } as const

/** Whole days after which neither a duplicate nor a late event of a tile can come: horizon and longest tile. */
function stateDays({ horizon }: Catalog, views: readonly ViewPlan[]): number {
  const tileMs = Math.max(DAY_MS, ...views.map((view) => view.tileMs))
  return Math.ceil((horizon.lateMs + horizon.futureMs + tileMs) / DAY_MS)
}

const KINDS: Readonly<
  Record<string, { readonly kind: StatementKind; readonly word: 'alter' | 'view' | 'table' }>
> = {
  'ALTER TABLE': { kind: 'alterTable', word: 'alter' },
  'CREATE VIEW': { kind: 'createView', word: 'view' },
  'CREATE TABLE': { kind: 'createTable', word: 'table' },
}

function ddlStatement(sql: string): DeployedStatement {
  const [, verb = '', about = ''] =
    /^(ALTER TABLE|CREATE VIEW|CREATE TABLE)(?: IF NOT EXISTS)? `([^`]+)`/.exec(sql) ?? []
  const known = KINDS[verb]
  if (known === undefined) throw new Error(`bug: no statement that can be deployed: ${sql.slice(0, 60)}`)
  const name = statementName(known.word, about, sql)
  return { name, kind: known.kind, about, sql, after: [], properties: PROPERTIES }
}

/** Views read the columns that the alterations add. */
function inOrder(statements: readonly DeployedStatement[]): readonly DeployedStatement[] {
  const alterations = statements.filter(({ kind }) => kind === 'alterTable').map(({ name }) => name)
  return statements.map((statement) =>
    statement.kind === 'createView' ? { ...statement, after: alterations } : statement,
  )
}

const nextGeneration = ({ jobs }: JobParts): number =>
  1 + Math.max(0, ...jobs.map(({ generation }) => Number(generation.slice(1))))

/** What is there first; of equal names once. */
function joined(before: JobParts, added: JobParts): JobParts {
  return {
    jobs: [...before.jobs, ...added.jobs],
    tables: union(before.tables, added.tables),
    statements: union(before.statements, added.statements),
  }
}

function union<T extends { readonly name: string }>(before: readonly T[], added: readonly T[]): readonly T[] {
  const there = new Set(before.map(({ name }) => name))
  return [...before, ...added.filter(({ name }) => !there.has(name))]
}
