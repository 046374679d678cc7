import { describe, expect, test } from 'vitest'
import { catalog } from '../../../src/catalog/catalog.ts'
import { confluentDeployment } from '../../../src/cli/deploying/confluent/confluent-deployment.ts'
import type { ConfluentDeployment } from '../../../src/cli/deploying/confluent/deployment.ts'
import { graphFaults } from './graph-faults.ts'
import { CONFIGS, type Recorded, recordedShop } from './recorded-shop.ts'

const deployment = confluentDeployment(catalog, { partitions: 6, datagenFrom: 1_764_000_000_000 })

const namesOf = (graph: readonly Recorded[], type: string) =>
  graph.filter((resource) => resource.type === type).map(({ name }) => name)

describe.each(Object.entries(CONFIGS))('the program with lakeIngest %s', (_ingest, config) => {
  test('asks for nothing that the service would refuse, that is too much, or too early', async () => {
    expect(graphFaults(await recordedShop(deployment, { ...config, datagen: 'true' }))).toEqual([])
  })
})

describe('the program', () => {
  test('makes what the catalog says', async () => {
    const graph = await recordedShop(deployment, CONFIGS.none)
    const topics = ['products', 'orders', 'customers', 'clickstream', 'inventory', 'offers']
    expect(namesOf(graph, 'KafkaTopic').toSorted()).toEqual([...topics, 'dead_letter'].toSorted())
    expect(namesOf(graph, 'Schema').toSorted()).toEqual(topics.map((topic) => `${topic}-value`).toSorted())
    expect(namesOf(graph, 'FlinkStatement').toSorted()).toEqual(
      deployment.statements.map(({ name }) => name).toSorted(),
    )
    expect(namesOf(graph, 'ServiceAccount').toSorted()).toEqual(['api', 'deployer', 'edge', 'flink'])
    expect(namesOf(graph, 'Connector')).toEqual([])
  })

  test('carries every topic to Delta by the way that is asked for', async () => {
    const connector = await recordedShop(deployment, CONFIGS.connector)
    expect(namesOf(connector, 'Connector')).toEqual(['delta-sink'])
    expect(namesOf(connector, 'TableflowTopic')).toEqual([])
    const tableflow = await recordedShop(deployment, CONFIGS.tableflow)
    expect(namesOf(tableflow, 'Connector')).toEqual([])
    expect(namesOf(tableflow, 'TableflowTopic').toSorted()).toEqual(deployment.lakeTopics.toSorted())
    expect(namesOf(tableflow, 'CatalogIntegration')).toEqual(['unity-catalog'])
  })

  test('makes up records by a managed connector for each of the four streams', async () => {
    const graph = await recordedShop(deployment, { ...CONFIGS.none, datagen: 'true' })
    expect(namesOf(graph, 'Connector').toSorted()).toEqual(
      ['clickstream', 'customers', 'orders', 'products'].map((topic) => `endcap-datagen-${topic}`),
    )
  })

  test('protects what holds data or state, unless told not to', async () => {
    const held = (graph: readonly Recorded[]) =>
      graph.filter(({ protect }) => protect).map(({ type, name }) => `${type}:${name}`)
    const graph = await recordedShop(deployment, CONFIGS.none)
    expect(held(graph)).toEqual(
      expect.arrayContaining([
        'Environment:environment',
        'KafkaCluster:cluster',
        'KafkaTopic:orders',
        'Schema:orders-value',
        `FlinkStatement:${deployment.jobs[0]?.statement}`,
      ]),
    )
    expect(held(await recordedShop(deployment, { ...CONFIGS.none, protect: 'false' }))).toEqual([])
  })

  test('leaves alterations out once they have been done, and stops the jobs that are named', async () => {
    const job = deployment.jobs[0]?.statement ?? ''
    const graph = await recordedShop(deployment, {
      ...CONFIGS.none,
      sourceColumns: 'added',
      stoppedJobs: JSON.stringify([job]),
    })
    expect(namesOf(graph, 'FlinkStatement').filter((name) => name.includes('-alter-'))).toEqual([])
    const stopped = graph.filter(({ inputs }) => inputs['stopped'] === true).map(({ name }) => name)
    expect(stopped).toEqual([job])
  })

  test.each([
    ['a region is missing', { lakeIngest: 'none' }, 'region'],
    ['a cluster kind that binds no roles', { ...CONFIGS.none, clusterType: 'basic' }, 'none of standard'],
    ['a size that no pool has', { ...CONFIGS.none, maxCfu: '11' }, '11 is none of 5, 10'],
    ['an availability of another kind', { ...CONFIGS.none, availability: 'MULTI_ZONE' }, 'none of LOW, HIGH'],
    ['the sink connector outside AWS', { ...CONFIGS.connector, cloud: 'GCP' }, 'runs on AWS only'],
    ['a secret is missing', { region: 'r', lakeIngest: 'tableflow' }, 'workspaceEndpoint'],
  ])('stops before it asks for anything: %s', async (_name, config, words) => {
    await expect(recordedShop(deployment, config)).rejects.toThrow(words)
  })
})

describe('a planted error in the infrastructure', () => {
  const whole = recordedShop(deployment, { ...CONFIGS.tableflow, datagen: 'true' })
  const plant = async (
    where: (resource: Recorded) => boolean,
    change: (resource: Recorded) => Partial<Recorded>,
  ): Promise<string> => {
    const graph = await whole
    expect(graph.some(where)).toBe(true)
    const planted = graph.map((one) => (where(one) ? { ...one, ...change(one) } : one))
    return graphFaults(planted).join('\n')
  }
  const of = (type: string, name?: string) => (resource: Recorded) =>
    resource.type === type && (name === undefined || resource.name === name)
  const inputs = (changes: object) => (resource: Recorded) => ({ inputs: { ...resource.inputs, ...changes } })

  test.each([
    ['a table format that is none', of('TableflowTopic'), inputs({ tableFormats: ['DELTAA'] }), 'DELTAA'],
    ['a size that no pool has', of('FlinkComputePool'), inputs({ maxCfu: 11 }), 'maxCfu is 11'],
    ['a cluster of two kinds', of('KafkaCluster'), inputs({ dedicated: { cku: 2 } }), 'not exactly one'],
    ['a compatibility that is none', of('SubjectConfig'), inputs({ compatibilityLevel: 'BOTH' }), 'BOTH'],
    [
      'a topic setting that is none',
      of('KafkaTopic'),
      inputs({ config: { 'retention.days': '1' } }),
      'retention.days',
    ],
    ['SET in a statement', of('FlinkStatement'), inputs({ statement: `SET 'a' = 'b'` }), 'not text'],
    [
      'a statement name in capitals',
      of('FlinkStatement'),
      inputs({ statementName: 'Job' }),
      `'Job' names no`,
    ],
    [
      'a connector property that is none',
      of('Connector'),
      inputs({ configNonsensitive: { 'connector.class': 'DatagenSource', interval: '1' } }),
      `'interval' is no property`,
    ],
    [
      'an admin role',
      of('RoleBinding', 'edge.DeveloperWrite.topic.orders'),
      inputs({ roleName: 'EnvironmentAdmin' }),
      'edge is given EnvironmentAdmin',
    ],
    [
      'all topics',
      of('RoleBinding', 'api.DeveloperRead.topic.orders'),
      inputs({ crnPattern: 'crn://confluent.cloud/kafka=lkc-1/topic=*' }),
      'api is given DeveloperRead',
    ],
    [
      'a write by a reader',
      of('RoleBinding', 'api.DeveloperRead.topic.tiles.*'),
      inputs({ roleName: 'DeveloperWrite' }),
      'api is given DeveloperWrite',
    ],
    [
      'a key before its rights',
      of('ApiKey', 'edge.kafka'),
      () => ({ dependsOn: [] }),
      'does not wait for RoleBinding:edge.',
    ],
    [
      'a schema before its rule',
      of('Schema', 'orders-value'),
      () => ({ dependsOn: [] }),
      'does not wait for SubjectConfig:orders-value',
    ],
    [
      'a statement before its topic',
      of('FlinkStatement'),
      () => ({ dependsOn: [] }),
      'does not wait for KafkaTopic:orders',
    ],
  ] as const)('%s is found', async (_name, where, change, words) => {
    expect(await plant(where, change)).toContain(words)
  })

  test('a job without one of its tables is found', async () => {
    const table = deployment.statements.find(({ kind }) => kind === 'createTable')
    const without: ConfluentDeployment = {
      ...deployment,
      statements: deployment.statements.map((statement) => ({
        ...statement,
        after: statement.after.filter((name) => name !== table?.name),
      })),
    }
    const faults = graphFaults(await recordedShop(without, CONFIGS.none))
    expect(faults).toEqual([
      `FlinkStatement:${deployment.jobs[0]?.statement}: does not wait for FlinkStatement:${table?.name}`,
    ])
  })
})
