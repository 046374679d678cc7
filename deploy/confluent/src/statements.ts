import * as confluent from '@pulumi/confluentcloud'
import type * as pulumi from '@pulumi/pulumi'
import type {
  ConfluentDeployment,
  DeployedStatement,
} from '../../../src/cli/deploying/confluent/deployment.ts'
import { type Account, type Accounts, accountOf } from './accounts.ts'
import type { Credentials } from './api-keys.ts'
import type { Foundation } from './foundation.ts'
import type { Settings } from './settings.ts'
import type { TopicResources } from './topics.ts'

export type StatementOptions = {
  readonly base: Foundation
  readonly accounts: Accounts
  readonly flink: Credentials
  readonly sources: TopicResources
  readonly settings: Settings
}

/**
 * Flink statements, each after those that it needs. Definitions run as the deployer, jobs as an account that can make
 * and drop nothing. A name is the hash of a text, so a changed text is another resource and never replaces a state.
 */
export function statements(
  deployment: ConfluentDeployment,
  options: StatementOptions,
): ReadonlyMap<string, confluent.FlinkStatement> {
  const made = new Map<string, confluent.FlinkStatement>()
  for (const statement of deployment.statements) {
    if (statement.kind === 'alterTable' && options.settings.sourceColumns === 'added') continue
    made.set(statement.name, flinkStatement(statement, made, options))
  }
  return made
}

function flinkStatement(
  statement: DeployedStatement,
  made: ReadonlyMap<string, confluent.FlinkStatement>,
  { base, accounts, flink, sources, settings }: StatementOptions,
): confluent.FlinkStatement {
  const isJob = statement.kind === 'job'
  const principal = accountOf(accounts, isJob ? 'flink' : 'deployer')
  return new confluent.FlinkStatement(
    statement.name,
    {
      statementName: statement.name,
      statement: statement.sql,
      stopped: settings.stoppedJobs.includes(statement.name),
      properties: {
        ...statement.properties,
        'sql.current-catalog': base.environment.displayName,
        'sql.current-database': base.cluster.displayName,
      },
      organization: { id: base.organization.id },
      environment: { id: base.environment.id },
      computePool: { id: base.pool.id },
      principal: { id: principal.serviceAccount.id },
      restEndpoint: base.flinkRegion.restEndpoint,
      credentials: flink,
    },
    { protect: isJob && settings.protect, dependsOn: needs(statement, made, { principal, sources }) },
  )
}

function needs(
  { kind, about, after }: DeployedStatement,
  made: ReadonlyMap<string, confluent.FlinkStatement>,
  { principal, sources }: { readonly principal: Account; readonly sources: TopicResources },
): pulumi.Resource[] {
  const source = kind === 'alterTable' ? [sources.topics.get(about), sources.schemas.get(about)] : []
  return [...after.map((name) => made.get(name)), ...source, ...principal.bindings].filter(
    (resource) => resource !== undefined,
  )
}
