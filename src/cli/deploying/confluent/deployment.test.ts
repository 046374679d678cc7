import { describe, expect, test } from 'vitest'
import { sampleOf } from '../../../../test/cloud/avro-sample.ts'
import { count } from '../../../algebra/view.ts'
import { catalog } from '../../../catalog/catalog.ts'
import { validators } from '../../../catalog/validator.ts'
import { shopperActivity } from '../../../catalog/views/shopper-activity.ts'
import { withoutNulls } from '../../../catalog/without-nulls.ts'
import { confluentDeployment } from './confluent-deployment.ts'
import type { ConfluentDeployment, DeployedTopic } from './deployment.ts'
import { deploymentChanges } from './deployment-changes.ts'
import { deploymentFaults } from './deployment-faults.ts'

const START = 1_764_000_000_000
const first = confluentDeployment(catalog, { partitions: 6, datagenFrom: START })
const [firstJob = { statement: '', generation: '', tables: [], sources: [] }] = first.jobs

/** The catalog with one view that means something else. */
const changed = {
  ...catalog,
  views: catalog.views.map((view) =>
    view.name === shopperActivity.name
      ? { ...view, measures: { ...view.measures, all_rows: count() } }
      : view,
  ),
}

describe('the deployment of a catalog', () => {
  test('has nothing that the service is known to refuse', () => {
    expect(deploymentFaults(first, catalog)).toEqual([])
  })

  test('is one job that reads what its streams read, after all that it needs', () => {
    expect(first.jobs).toHaveLength(1)
    expect(firstJob.generation).toBe('g1')
    expect(firstJob.sources).toEqual(['orders', 'clickstream'])
    expect(firstJob.tables).toHaveLength(catalog.views.length + catalog.streams.length)
    const job = first.statements.at(-1)
    expect(job?.name).toBe(firstJob.statement)
    expect(job?.after).toEqual(first.statements.slice(0, -1).map(({ name }) => name))
    // Late by at most 7 days, 5 minutes ahead, tiles of a day: 8 days and 5 minutes.
    expect(job?.properties).toEqual({ 'sql.local-time-zone': 'UTC', 'sql.state-ttl': '9 d' })
  })

  test('is the same when it is made again, and over itself', () => {
    expect(confluentDeployment(catalog, { partitions: 6, datagenFrom: START })).toEqual(first)
    expect(confluentDeployment(catalog, { partitions: 12, before: first })).toEqual(first)
  })

  test('keeps its job when a view changes, and gives the new view one of its own', () => {
    const second = confluentDeployment(changed, { partitions: 6, before: first })
    expect(deploymentFaults(second, changed)).toEqual([])
    expect(second.jobs[0]).toEqual(firstJob)
    expect(second.jobs[1]?.generation).toBe('g2')
    expect(second.jobs[1]?.tables).toEqual([expect.stringMatching(/^tiles\.shopper_activity\.[0-9a-f]{8}$/)])
    for (const statement of first.statements) expect(second.statements).toContainEqual(statement)
    expect(deploymentChanges(first, second).losses).toEqual([])
  })

  test('gives a job up by name: one job for all views, under the next generation', () => {
    const second = confluentDeployment(changed, { partitions: 6, before: first })
    const third = confluentDeployment(changed, {
      partitions: 6,
      before: second,
      retired: [firstJob.statement],
    })
    expect(deploymentFaults(third, changed)).toEqual([])
    expect(third.jobs.map(({ generation }) => generation)).toEqual(['g2', 'g3'])
    const { losses } = deploymentChanges(second, third)
    expect(losses.map(({ name }) => name)).toEqual([firstJob.statement])
    expect(losses[0]?.message).toContain('nothing keeps tiles.shopper_activity.')
    expect(losses[0]?.message).toContain(`rows of part 'g1' stay in 12 tables`)
  })
})

describe('from one deployment to the next', () => {
  const withTopic = (name: string, change: Partial<DeployedTopic>): ConfluentDeployment => ({
    ...first,
    topics: first.topics.map((topic) => (topic.name === name ? { ...topic, ...change } : topic)),
  })
  const withFields = (
    name: string,
    change: (fields: readonly object[]) => readonly object[],
  ): ConfluentDeployment =>
    JSON.parse(
      JSON.stringify({
        ...first,
        subjects: first.subjects.map((subject) =>
          subject.name === name
            ? { ...subject, schema: { ...subject.schema, fields: change(subject.schema.fields) } }
            : subject,
        ),
      }),
    )
  const orders = first.topics.find(({ name }) => name === 'orders')
  const lossesTo = (after: ConfluentDeployment) => deploymentChanges(first, after).losses

  test.each([
    ['a topic is gone', { ...first, topics: first.topics.slice(1) }, 'products', 'the topic is gone'],
    ['fewer partitions', withTopic('orders', { partitions: 5 }), 'orders', 'had 6 partitions and has 5'],
    ['another key', withTopic('orders', { key: 'sku' }), 'orders', `its key was 'order_id' and is 'sku'`],
    [
      'compaction',
      withTopic('orders', { config: { ...orders?.config, 'cleanup.policy': 'compact' } }),
      'orders',
      `cleanup was 'delete'`,
    ],
    [
      'a shorter memory',
      withTopic('orders', { config: { ...orders?.config, 'retention.ms': '86400000' } }),
      'orders',
      'kept records for -1 ms',
    ],
    [
      'a new required field',
      withFields('orders-value', (fields) => [...fields, { name: 'shop', type: 'string' }]),
      'orders-value',
      'old records cannot be read',
    ],
    [
      'a field of another type',
      withFields('orders-value', (fields) =>
        fields.map((field) => ('name' in field && field.name === 'sku' ? { ...field, type: 'long' } : field)),
      ),
      'orders-value',
      'old records cannot be read',
    ],
    [
      'a required field is gone',
      withFields('orders-value', (fields) =>
        fields.filter((field) => !('name' in field && field.name === 'sku')),
      ),
      'orders-value',
      'new records cannot be read by what runs',
    ],
    [
      'a table is gone',
      { ...first, tables: first.tables.slice(1) },
      first.tables[0]?.name,
      'the table is gone',
    ],
    [
      'another text under the same name',
      { ...first, statements: first.statements.map((one) => ({ ...one, sql: `${one.sql} ` })) },
      firstJob.statement,
      'another one under the same name',
    ],
    [
      'other settings of a job',
      { ...first, statements: first.statements.map((one) => ({ ...one, properties: {} })) },
      firstJob.statement,
      'without its state',
    ],
  ])('%s is a loss', (_name, after, name, words) => {
    expect(lossesTo(after)).toContainEqual({ name, message: expect.stringContaining(words) })
  })

  test('an optional field, a longer memory, a new topic and more partitions are none', () => {
    expect(
      lossesTo(
        withFields('orders-value', (fields) => [
          ...fields,
          { name: 'note', type: ['null', 'string'], default: null },
        ]),
      ),
    ).toEqual([])
    const short = withTopic('orders', { config: { ...orders?.config, 'retention.ms': '1' } })
    expect(deploymentChanges(short, first).losses).toEqual([])
    expect(deploymentChanges({ ...first, topics: first.topics.slice(1) }, first).losses).toEqual([])
    const more = deploymentChanges(first, withTopic('orders', { partitions: 12 }))
    expect(more.losses).toEqual([])
    expect(more.notes[0]?.message).toContain('gets 12 partitions for 6')
  })
})

describe('a planted error in a deployment is found', () => {
  const withText = (change: (sql: string) => string): ConfluentDeployment => ({
    ...first,
    statements: first.statements.map((one) => (one.kind === 'job' ? { ...one, sql: change(one.sql) } : one)),
  })
  const withSubject = (change: (text: string) => string): ConfluentDeployment => ({
    ...first,
    subjects: JSON.parse(change(JSON.stringify(first.subjects))),
  })

  test.each([
    [
      'processing time',
      withText((sql) => sql.replace('COUNT(*)', 'COUNT(PROCTIME())')),
      'no processing time',
    ],
    ['a star', withText((sql) => sql.replace('SELECT\n  `sku`', 'SELECT *, `sku`')), 'columns are named'],
    ['two statements', withText((sql) => `${sql};\n${sql}`), 'more than one statement'],
    ['a long text', withText((sql) => `${sql}${' '.repeat(140_000)}`), 'at most 131072'],
    [
      'a field of another type',
      withSubject((text) =>
        text.replace(
          '"name":"quantity","doc":"units; negative for a return","type":"long"',
          '"name":"quantity","type":"string"',
        ),
      ),
      `column 'quantity' is STRING, statements read BIGINT`,
    ],
    [
      'a subject of no topic',
      withSubject((text) => text.replace('"topic":"orders"', '"topic":"order"')),
      `is of 'order', which is no topic`,
    ],
    [
      'a source without a subject',
      { ...first, subjects: first.subjects.slice(4) },
      'has no subject: it is no table',
    ],
    [
      'a topic setting',
      { ...first, topics: first.topics.map((one) => ({ ...one, config: { 'retention.ms': 'ever' } })) },
      `'retention.ms' does not take 'ever'`,
    ],
    [
      'no partitions',
      { ...first, topics: first.topics.map((one) => ({ ...one, partitions: 0 })) },
      'has 0 partitions',
    ],
    [
      'too many partitions',
      { ...first, tables: first.tables.map((one) => ({ ...one, partitions: 500 })) },
      'partitions in all',
    ],
    [
      'a job before its tables',
      { ...first, statements: first.statements.toReversed() },
      'does not come before it',
    ],
    [
      'a table that nothing makes',
      { ...first, statements: first.statements.filter(({ kind }) => kind !== 'createTable') },
      'is made by no statement',
    ],
    [
      'two jobs of one table',
      { ...first, jobs: [firstJob, { ...firstJob, statement: 'endcap-job-g2-00000000' }] },
      'is written by',
    ],
    ['a lake topic that is none', { ...first, lakeTopics: ['order'] }, 'goes to Delta, but is no topic'],
    [
      'made-up records of another schema',
      { ...first, datagen: first.datagen.map((one) => ({ ...one, topic: 'offers' })) },
      'is not compatible',
    ],
  ])('%s', (_name, planted, words) => {
    expect(
      deploymentFaults(planted, catalog)
        .map(({ message }) => message)
        .join('\n'),
    ).toContain(words)
  })
})

describe('made-up records', () => {
  test.each(first.datagen.map((connector) => [connector.topic, connector] as const))(
    'of %s are what the contract allows',
    (topic, { schema }) => {
      const sample = sampleOf(schema, 1)
      for (let number = 0; number < 200; number++) {
        const record = withoutNulls(JSON.parse(JSON.stringify(sample())))
        expect(validators.get(topic)?.(record), JSON.stringify(record)).toBeNull()
      }
    },
  )

  test('go on in time by a little less than the pauses between them', () => {
    const sample = sampleOf(first.datagen.find(({ topic }) => topic === 'orders')?.schema ?? {}, 1)
    const [one, two] = [sample(), sample()].map((record) => Number(Reflect.get(Object(record), 'ordered_at')))
    expect(one).toBe(START)
    // Pauses are 0 to 2,000 ms, 1,000 on average.
    expect(two).toBe(START + 980)
  })
})
