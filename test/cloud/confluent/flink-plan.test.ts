import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { catalog } from '../../../src/catalog/catalog.ts'
import { confluentDeployment } from '../../../src/cli/deploying/confluent/confluent-deployment.ts'
import type { DeployedStatement } from '../../../src/cli/deploying/confluent/deployment.ts'
import { inferredColumns } from '../../../src/cli/deploying/confluent/inferred-columns.ts'
import { missingRequirements } from '../../../src/cli/stack/requirements.ts'
import { stackUp } from '../../../src/cli/stack/stack.ts'
import type { Stack } from '../../../src/cli/stack/types.ts'
import { FlinkCluster } from '../../../src/features/stream/flink/flink-cluster.ts'
import type { FlinkSession } from '../../../src/features/stream/flink/flink-session.ts'

const missing = await missingRequirements(['flink'])
const reasons = missing.map(({ name, reason }) => `${name}: ${reason}`).join('; ')
const deployment = confluentDeployment(catalog, { partitions: 6 })
const KAFKA = { 'properties.bootstrap.servers': 'localhost:9' }
const SOURCE = { connector: 'kafka', format: 'json', 'scan.startup.mode': 'earliest-offset', ...KAFKA }

/** Confluent's statements on open-source Flink: their texts as they are, but for where tables are stored. */
describe.skipIf(missing.length > 0)('Confluent’s statements, planned by open-source Flink', () => {
  let stack: Stack
  let folder: string
  let session: FlinkSession
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'endcap-plan-'))
    stack = await stackUp({
      engines: ['flink'],
      runDir: join(folder, 'run'),
      portBase: 'free',
      report: (line) => console.log(line),
    })
    session = await new FlinkCluster(stack.flink).openSession({ 'table.local-time-zone': 'UTC' })
    for (const { topic, schema } of deployment.subjects) {
      const columns = inferredColumns(schema, 'nullability').map(({ name, type }) => `\`${name}\` ${type}`)
      await session.execute(
        `CREATE TABLE \`${topic}\` (${columns.join(', ')}) ${withOptions({ ...SOURCE, topic })}`,
      )
    }
    for (const statement of deployment.statements) {
      if (statement.kind !== 'job') await session.execute(onOpenSource(statement))
    }
  }, 300_000)
  afterAll(async () => {
    await session?.close()
    await stack?.stop()
    await rm(folder, { recursive: true, force: true })
  }, 60_000)

  const job = deployment.statements.at(-1)?.sql ?? ''

  test('the columns that are inferred of the schemas take the alterations, the views and the job', async () => {
    const plan = await planOf(session, job)
    const sinks = plan.match(/Sink\(table=.*/g) ?? []
    const tableOf = (line: string) => /default_database\.([\w.]+)/.exec(line)?.[1]
    expect(sinks.map(tableOf)).toEqual(deployment.tables.map(({ name }) => name))
    // One read of each source, and so one dedupe, for all tables.
    const reads = [...plan.matchAll(/TableSourceScan\(table=\[\[default_catalog, default_database, (\w+)/g)]
    expect(reads.map(([, table]) => table).toSorted()).toEqual(['clickstream', 'orders'])
    // Everything after the dedupe is only inserted (decision 0108): no sink needs state to put rows of a key in order again.
    const ordered = sinks.filter((line) => line.includes('upsertMaterialize=[true]')).map(tableOf)
    expect(ordered).toEqual([])
  })

  test.each([
    ['a column that there is not', job.replace('`units`', '`unit`'), 'unit'],
    ['a function that there is not', job.replace('COUNT(*)', 'COUNT_ALL(1)'), 'COUNT_ALL'],
    [
      'a view of another text',
      job.replaceAll(/`interactions_[0-9a-f]{8}`/g, '`interactions_00000000`'),
      'interactions_00000000',
    ],
  ])('a planted error in the text is found: %s', async (_name, planted, words) => {
    expect(planted).not.toBe(job)
    await expect(planOf(session, planted)).rejects.toThrow(words)
  })
})

if (missing.length > 0) {
  test('Confluent’s statements, planned by open-source Flink', (context) => context.skip(reasons))
}

/** What the optimiser makes of a statement set. */
async function planOf(session: FlinkSession, job: string): Promise<string> {
  const inserts = job.replace(/^EXECUTE STATEMENT SET/, 'EXPLAIN STATEMENT SET')
  const rows = await session.query(inserts)
  return (
    rows
      .map((row) => String(Object.values(row)[0]))
      .join('\n')
      .split('== Optimized Execution Plan ==')
      .at(-1) ?? ''
  )
}

/** A table is its topic at Confluent; open-source Flink is told where it lies. The rest of the text stays. */
function onOpenSource({ kind, about, sql }: DeployedStatement): string {
  if (kind !== 'createTable') return sql
  const storage = {
    connector: 'upsert-kafka',
    topic: about,
    'key.format': 'json',
    'value.format': 'json',
    ...KAFKA,
  }
  return sql.replace(/\nDISTRIBUTED BY [^\n]*\nWITH \([\s\S]*\)$/, `\n${withOptions(storage)}`)
}

const withOptions = (options: Readonly<Record<string, string>>): string =>
  `WITH (${Object.entries(options)
    .map(([name, value]) => `'${name}' = '${value}'`)
    .join(', ')})`
