import * as confluent from '@pulumi/confluentcloud'
import type * as pulumi from '@pulumi/pulumi'
import type { Account } from './accounts.ts'
import type { Foundation } from './foundation.ts'

export type ApiKeyKind = 'kafka' | 'registry' | 'flink' | 'tableflow'

/** Key and secret of one account for one service; the secret never leaves Pulumi's encrypted state in the clear. */
export type Credentials = { readonly key: pulumi.Output<string>; readonly secret: pulumi.Output<string> }

/** Made once the account may do something: a key of one that may not yet is refused by what checks it. */
export function apiKey(account: Account, kind: ApiKeyKind, base: Foundation): Credentials {
  const { name, serviceAccount, bindings } = account
  const key = new confluent.ApiKey(
    `${name}.${kind}`,
    {
      displayName: `${name}-${kind}`,
      description: `${kind} of ${name}`,
      owner: {
        id: serviceAccount.id,
        apiVersion: serviceAccount.apiVersion,
        kind: serviceAccount.kind,
      },
      managedResource: managedResource(kind, base),
    },
    { dependsOn: [...bindings], additionalSecretOutputs: ['secret'] },
  )
  return { key: key.id, secret: key.secret }
}

function managedResource(
  kind: ApiKeyKind,
  { environment, cluster, registry, flinkRegion }: Foundation,
): NonNullable<confluent.ApiKeyArgs['managedResource']> {
  const inEnvironment = { environment: { id: environment.id } }
  switch (kind) {
    case 'kafka':
      return { id: cluster.id, apiVersion: cluster.apiVersion, kind: cluster.kind, ...inEnvironment }
    case 'registry':
      return { id: registry.id, apiVersion: registry.apiVersion, kind: registry.kind, ...inEnvironment }
    case 'flink':
      return {
        id: flinkRegion.id,
        apiVersion: flinkRegion.apiVersion,
        kind: flinkRegion.kind,
        ...inEnvironment,
      }
    case 'tableflow':
      return { id: 'tableflow', apiVersion: 'tableflow/v1', kind: 'Tableflow', ...inEnvironment }
  }
}
