import type { ConfluentDeployment } from '../../../src/cli/deploying/confluent/deployment.ts'
import type { Settings } from './settings.ts'

/** Who does what, each with an account of its own. */
export const ACCOUNTS = {
  deployer: 'makes topics, subjects and tables, submits statements',
  edge: 'writes what other systems of the shop send',
  flink: 'runs the jobs',
  api: 'writes the log and reads what recommendations are made of',
  lake: 'carries topics to Delta',
  datagen: 'writes made-up records',
} as const
export type AccountName = keyof typeof ACCOUNTS

/** @source Confluent Cloud documentation, predefined RBAC roles */
export type RoleName =
  | 'DeveloperRead'
  | 'DeveloperWrite'
  | 'DeveloperManage'
  | 'ResourceOwner'
  | 'FlinkDeveloper'
  | 'Assigner'
  | 'CloudClusterAdmin'

/** What a role is bound to; a name that ends with `*` is a prefix. */
export type Scope =
  | { readonly kind: 'topic' | 'group' | 'transactional-id' | 'subject'; readonly name: string }
  | { readonly kind: 'environment' | 'cluster' }
  | { readonly kind: 'service-account'; readonly account: AccountName }

export type Binding = { readonly account: AccountName; readonly role: RoleName; readonly scope: Scope }

/** The accounts that these settings need. */
export function accountsOf(deployment: ConfluentDeployment, settings: Settings): readonly AccountName[] {
  const names = new Set(bindingsOf(deployment, settings).map(({ account }) => account))
  return (Object.keys(ACCOUNTS) as AccountName[]).filter((name) => names.has(name))
}

/** Least privilege, as data: every binding with its reason in the order of the accounts. */
export function bindingsOf(deployment: ConfluentDeployment, settings: Settings): readonly Binding[] {
  return [
    ...deployerBindings(deployment),
    ...edgeBindings(deployment),
    ...flinkBindings(deployment),
    ...apiBindings(deployment),
    ...lakeBindings(deployment, settings),
    ...(settings.datagen ? datagenBindings(deployment) : []),
  ]
}

/** Tables of jobs are many and come and go: theirs is one prefix each, `tiles.` and `dead_letter.`. */
const sinkPrefixes = ({ tables }: ConfluentDeployment): readonly string[] =>
  [...new Set(tables.map(({ name }) => `${name.split('.')[0]}.*`))].sort()

/** Flink names its transactions and consumer groups so. @source Confluent documentation, Flink RBAC */
const FLINK_PREFIX = '_confluent-flink_*'

function deployerBindings(deployment: ConfluentDeployment): readonly Binding[] {
  const bind = binder('deployer')
  return [
    bind('FlinkDeveloper', { kind: 'environment' }),
    bind('Assigner', { kind: 'service-account', account: 'flink' }),
    ...deployment.topics.map(({ name }) => bind('DeveloperManage', { kind: 'topic', name })),
    ...deployment.subjects.map(({ name }) => bind('ResourceOwner', { kind: 'subject', name })),
    ...sinkPrefixes(deployment).flatMap((name) => [
      bind('DeveloperManage', { kind: 'topic', name }),
      bind('DeveloperWrite', { kind: 'subject', name }),
    ]),
    ...transactions('deployer'),
  ]
}

/** Records of topics that have a schema; what is refused is the log writer's to say. */
function edgeBindings({ subjects }: ConfluentDeployment): readonly Binding[] {
  const bind = binder('edge')
  return [
    ...subjects.map(({ topic }) => bind('DeveloperWrite', { kind: 'topic', name: topic })),
    ...subjects.map(({ name }) => bind('DeveloperRead', { kind: 'subject', name })),
  ]
}

function flinkBindings(deployment: ConfluentDeployment): readonly Binding[] {
  const bind = binder('flink')
  const sources = [...new Set(deployment.jobs.flatMap((job) => job.sources))].sort()
  const subjects = deployment.subjects.filter(({ topic }) => sources.includes(topic))
  return [
    ...sources.map((name) => bind('DeveloperRead', { kind: 'topic', name })),
    ...subjects.map(({ name }) => bind('DeveloperRead', { kind: 'subject', name })),
    ...sinkPrefixes(deployment).flatMap((name) => [
      bind('DeveloperWrite', { kind: 'topic', name }),
      bind('DeveloperRead', { kind: 'subject', name }),
      bind('DeveloperWrite', { kind: 'subject', name }),
    ]),
    bind('DeveloperManage', { kind: 'group', name: FLINK_PREFIX }),
    ...transactions('flink'),
  ]
}

const transactions = (account: AccountName): readonly Binding[] =>
  (['DeveloperRead', 'DeveloperWrite'] as const).map((role) => ({
    account,
    role,
    scope: { kind: 'transactional-id', name: FLINK_PREFIX },
  }))

/** The one writer of the log is the process that answers; of tiles it is a reader. */
function apiBindings(deployment: ConfluentDeployment): readonly Binding[] {
  const read = reader('api')
  const bind = binder('api')
  const prefixes = sinkPrefixes(deployment)
  const topics = deployment.topics.map(({ name }) => name)
  return [
    ...topics.map((name) => bind('DeveloperWrite', { kind: 'topic', name })),
    ...[...topics, ...prefixes].map((name) => read('topic', name)),
    ...[...deployment.subjects.map(({ name }) => name), ...prefixes].map((name) => read('subject', name)),
    read('group', 'endcap-*'),
  ]
}

/** Topics that a managed sink makes for itself. @source Confluent documentation, service accounts of connectors */
const CONNECTOR_TOPICS = ['dlq-lcc-*', 'error-lcc-*', 'success-lcc-*'] as const

function lakeBindings(deployment: ConfluentDeployment, { lake }: Settings): readonly Binding[] {
  const read = reader('lake')
  const bind = binder('lake')
  const subjects = deployment.subjects.filter(({ topic }) => deployment.lakeTopics.includes(topic))
  const readSubjects = subjects.map(({ name }) => read('subject', name))
  switch (lake.ingest) {
    case 'none':
      return []
    case 'connector':
      return [
        ...deployment.lakeTopics.map((name) => read('topic', name)),
        ...readSubjects,
        read('group', 'connect-lcc-*'),
        ...CONNECTOR_TOPICS.flatMap((name) => [
          bind('DeveloperManage', { kind: 'topic', name }),
          bind('DeveloperWrite', { kind: 'topic', name }),
        ]),
      ]
    case 'tableflow':
      // A catalog integration is of the whole cluster, and nothing less than its admin may make one.
      return [bind('CloudClusterAdmin', { kind: 'cluster' }), ...readSubjects]
  }
}

function datagenBindings({ datagen }: ConfluentDeployment): readonly Binding[] {
  const bind = binder('datagen')
  return datagen.flatMap(({ topic }) => [
    bind('DeveloperWrite', { kind: 'topic', name: topic }),
    bind('DeveloperRead', { kind: 'subject', name: `${topic}-value` }),
    bind('DeveloperWrite', { kind: 'subject', name: `${topic}-value` }),
  ])
}

const binder =
  (account: AccountName) =>
  (role: RoleName, scope: Scope): Binding => ({ account, role, scope })

const reader =
  (account: AccountName) =>
  (kind: 'topic' | 'group' | 'subject', name: string): Binding => ({
    account,
    role: 'DeveloperRead',
    scope: { kind, name },
  })
