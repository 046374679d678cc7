import { COMPATIBILITY_LEVELS } from '../../../src/cli/deploying/confluent/deployment.ts'
import { MAX_STATEMENT_NAME, STATEMENT_NAME } from '../../../src/cli/deploying/confluent/statement-name.ts'
import { topicConfigFaults } from '../../../src/cli/deploying/confluent/topic-config.ts'
import { confluentFaults } from '../../../src/compile/flink/confluent-lint.ts'
import { connectorFaults } from './connector-faults.ts'
import type { Recorded } from './recorded-shop.ts'
import { CLOUDS, GOVERNANCE_PACKAGES, MAX_CFUS } from './settings.ts'

/**
 * What is wrong with the graph that the program asks for, one sentence a fault. Types say which properties there are;
 * this says which values, who may do what, and what has to come first, none of which types or mocks look at.
 */
export function graphFaults(graph: readonly Recorded[]): readonly string[] {
  return [
    ...graph.flatMap(valueFaults),
    ...graph.flatMap(secretFaults),
    ...privilegeFaults(graph),
    ...orderFaults(graph),
  ]
}

const label = ({ type, name }: Recorded): string => `${type}:${name}`

/** @source @pulumi/confluentcloud 2.82.0, descriptions of the arguments */
function valueFaults(resource: Recorded): readonly string[] {
  const at = (path: string): unknown => valueAt(resource.inputs, path)
  const oneOf = (path: string, allowed: readonly unknown[]) =>
    allowed.includes(at(path))
      ? []
      : [`${label(resource)}: ${path} is ${at(path)}, not of ${allowed.join(', ')}`]
  const exactlyOne = (names: readonly string[]) => {
    const given = names.filter((name) => at(name) !== undefined)
    return given.length === 1
      ? []
      : [`${label(resource)}: has ${given.join(' and ') || 'none'} of ${names.join(', ')}, not exactly one`]
  }
  switch (resource.type) {
    case 'Environment':
      return oneOf('streamGovernance.package', GOVERNANCE_PACKAGES)
    case 'KafkaCluster':
      return [
        ...oneOf('cloud', CLOUDS),
        ...oneOf('availability', ['LOW', 'HIGH', 'SINGLE_ZONE', 'MULTI_ZONE']),
        // Basic clusters have no role bindings of topics.
        ...exactlyOne(['standard', 'dedicated', 'enterprises', 'freights']),
        ...(at('basic') === undefined ? [] : [`${label(resource)}: basic has no role bindings of topics`]),
      ]
    case 'FlinkComputePool':
      return [...oneOf('cloud', CLOUDS), ...oneOf('maxCfu', MAX_CFUS)]
    case 'SubjectConfig':
      return oneOf('compatibilityLevel', COMPATIBILITY_LEVELS)
    case 'Schema':
      return oneOf('format', ['AVRO', 'JSON', 'PROTOBUF'])
    case 'KafkaTopic':
      return topicConfigFaults(textsOf(at('config'))).map((fault) => `${label(resource)}: ${fault}`)
    case 'TableflowTopic':
      return [
        ...listOf(at('tableFormats')).flatMap((format) =>
          format === 'DELTA' || format === 'ICEBERG'
            ? []
            : [`${label(resource)}: tableFormats has ${format}, not of DELTA, ICEBERG`],
        ),
        ...oneOf('errorHandling.mode', ['SUSPEND', 'SKIP', 'LOG']),
        ...exactlyOne(['byobAws', 'managedStorages', 'azureDataLakeStorageGen2']),
      ]
    case 'CatalogIntegration':
      return exactlyOne(['unity', 'awsGlue', 'snowflake'])
    case 'Connector':
      return connectorFaults(textsOf(at('configNonsensitive')), textsOf(at('configSensitive'))).map(
        (fault) => `${label(resource)}: ${fault}`,
      )
    case 'FlinkStatement':
      return statementFaults(resource)
    case 'RoleBinding':
      return oneOf('roleName', ROLES)
    default:
      return []
  }
}

/** Inputs that hold a secret, by type. What comes of an API key is secret because the key says so. */
const SECRET_INPUTS: Readonly<Record<string, readonly string[]>> = {
  Connector: ['configSensitive'],
  CatalogIntegration: ['unity'],
}

const secretFaults = (resource: Recorded): readonly string[] =>
  (SECRET_INPUTS[resource.type] ?? [])
    .filter((name) => resource.inputs[name] !== undefined && !resource.secrets.includes(name))
    .map((name) => `${label(resource)}: ${name} is no secret`)

const STATEMENT_PROPERTIES = [
  'sql.current-catalog',
  'sql.current-database',
  'sql.local-time-zone',
  'sql.state-ttl',
]

function statementFaults(resource: Recorded): readonly string[] {
  const name = String(resource.inputs['statementName'])
  const unknown = Object.keys(textsOf(resource.inputs['properties'])).filter(
    (property) => !STATEMENT_PROPERTIES.includes(property),
  )
  return [
    ...(STATEMENT_NAME.test(name) && name.length <= MAX_STATEMENT_NAME
      ? []
      : [`'${name}' names no statement`]),
    ...unknown.map((property) => `'${property}' is no property of a statement`),
    ...confluentFaults(String(resource.inputs['statement'])),
  ].map((fault) => `${label(resource)}: ${fault}`)
}

const ROLES = [
  'DeveloperRead',
  'DeveloperWrite',
  'DeveloperManage',
  'ResourceOwner',
  'FlinkDeveloper',
  'Assigner',
  'CloudClusterAdmin',
]

type Privilege = { readonly roles: readonly string[]; readonly of: RegExp }

/** All that each account may ever be given: a role, and what it may be of. */
const PRIVILEGES: Readonly<Record<string, readonly Privilege[]>> = {
  deployer: [
    { roles: ['FlinkDeveloper'], of: /\/environment=[^/]+$/ },
    { roles: ['Assigner'], of: /\/service-account=[^/*]+$/ },
    { roles: ['DeveloperManage'], of: /\/topic=[^/]+$/ },
    { roles: ['ResourceOwner'], of: /\/subject=[^/*]+$/ },
    { roles: ['DeveloperWrite'], of: /\/subject=[^/]+$/ },
    { roles: ['DeveloperRead', 'DeveloperWrite'], of: /\/transactional-id=_confluent-flink_\*$/ },
  ],
  edge: [
    { roles: ['DeveloperWrite'], of: /\/topic=[^/*]+$/ },
    { roles: ['DeveloperRead'], of: /\/subject=[^/*]+$/ },
  ],
  flink: [
    { roles: ['DeveloperRead'], of: /\/(topic|subject)=[^/]+$/ },
    { roles: ['DeveloperWrite'], of: /\/(topic|subject)=(tiles|dead_letter)\.\*$/ },
    { roles: ['DeveloperManage'], of: /\/group=_confluent-flink_\*$/ },
    { roles: ['DeveloperRead', 'DeveloperWrite'], of: /\/transactional-id=_confluent-flink_\*$/ },
  ],
  api: [
    { roles: ['DeveloperRead'], of: /\/(topic|subject|group)=[^/]+$/ },
    { roles: ['DeveloperWrite'], of: /\/topic=[^/*]+$/ },
  ],
  lake: [
    { roles: ['DeveloperRead'], of: /\/(topic|subject)=[^/*]+$|\/group=connect-lcc-\*$/ },
    { roles: ['DeveloperManage', 'DeveloperWrite'], of: /\/topic=(dlq|error|success)-lcc-\*$/ },
    { roles: ['CloudClusterAdmin'], of: /\/cloud-cluster=[^/]+$/ },
    { roles: ['Assigner'], of: /\/provider-integration=[^/*]+$/ },
  ],
  datagen: [
    { roles: ['DeveloperWrite'], of: /\/(topic|subject)=[^/*]+$/ },
    { roles: ['DeveloperRead'], of: /\/subject=[^/*]+$/ },
  ],
}

function privilegeFaults(graph: readonly Recorded[]): readonly string[] {
  return graph
    .filter(({ type }) => type === 'RoleBinding')
    .flatMap((binding) => {
      const account = accountIn(binding.inputs['principal'])
      const [role, of] = [String(binding.inputs['roleName']), String(binding.inputs['crnPattern'])]
      const isAllowed = (PRIVILEGES[account] ?? []).some(
        (privilege) => privilege.roles.includes(role) && privilege.of.test(of),
      )
      const isEverything = /=\*$/.test(of)
      return isAllowed && !isEverything ? [] : [`${label(binding)}: ${account} is given ${role} of ${of}`]
    })
}

/** The mocks' ids name the account. */
const accountIn = (principal: unknown): string => String(principal).replace(/^User:id-of-ServiceAccount-/, '')

/** What has to be there before a resource can be made, or can do what it is made for. */
function orderFaults(graph: readonly Recorded[]): readonly string[] {
  const bindingsOf = (account: string) =>
    graph
      .filter(({ type, inputs }) => type === 'RoleBinding' && accountIn(inputs['principal']) === account)
      .map(label)
  const all = (type: string) => graph.filter((resource) => resource.type === type).map(label)
  const needs = (resource: Recorded): readonly string[] => {
    const { type, name, inputs } = resource
    const topic = textsOf(inputs['configNonsensitive'])['kafka.topic']
    switch (type) {
      case 'ApiKey':
        return bindingsOf(name.split('.')[0] ?? '')
      case 'KafkaTopic':
        return ['KafkaCluster:cluster', 'ApiKey:deployer.kafka']
      case 'SubjectConfig':
        return ['ApiKey:deployer.registry']
      case 'Schema':
        return [`SubjectConfig:${name}`, 'ApiKey:deployer.registry']
      case 'FlinkStatement':
        return ['FlinkComputePool:flink-pool', 'ApiKey:deployer.flink', ...statementNeeds(resource, graph)]
      case 'Connector':
        return topic !== undefined
          ? [`Schema:${topic}-value`, ...bindingsOf('datagen')]
          : [...all('Schema'), ...all('KafkaTopic'), ...bindingsOf('lake')]
      case 'TableflowTopic':
        return [`KafkaTopic:${name}`, `Schema:${name}-value`, 'ApiKey:lake.tableflow']
      case 'CatalogIntegration':
        return all('TableflowTopic')
      default:
        return []
    }
  }
  return graph.flatMap((resource) =>
    needs(resource)
      .filter((needed) => !resource.dependsOn.includes(needed))
      .map((needed) => `${label(resource)}: does not wait for ${needed}`),
  )
}

/** A job runs after every definition that its text names; an alteration after the topic and its schema. */
function statementNeeds({ inputs }: Recorded, graph: readonly Recorded[]): readonly string[] {
  const text = String(inputs['statement'])
  const altered = /^ALTER TABLE `([^`]+)`/.exec(text)?.[1]
  if (altered !== undefined) return [`KafkaTopic:${altered}`, `Schema:${altered}-value`]
  const made = graph.flatMap((one) => {
    const name = /^(?:CREATE \w+ IF NOT EXISTS|ALTER TABLE) `([^`]+)`/.exec(
      String(one.inputs['statement']),
    )?.[1]
    return one.type === 'FlinkStatement' && name !== undefined ? [{ name, label: label(one) }] : []
  })
  const own = /^CREATE \w+ IF NOT EXISTS `([^`]+)`/.exec(text)?.[1]
  return made.filter(({ name }) => name !== own && text.includes(`\`${name}\``)).map((one) => one.label)
}

function valueAt(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (inner, name) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, name) : undefined),
      value,
    )
}

const textsOf = (value: unknown): Readonly<Record<string, string>> =>
  typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([name, text]) => [name, String(text)]))
    : {}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
