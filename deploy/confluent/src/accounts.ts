import * as confluent from '@pulumi/confluentcloud'
import * as pulumi from '@pulumi/pulumi'
import { ACCOUNTS, type AccountName, type Binding, type Scope } from './access.ts'
import type { Foundation } from './foundation.ts'

/** An account with everything that it may do; what acts for it waits for the bindings. */
export type Account = {
  readonly name: AccountName
  readonly serviceAccount: confluent.ServiceAccount
  readonly bindings: readonly confluent.RoleBinding[]
}

export type Accounts = ReadonlyMap<AccountName, Account>

export function accounts(
  names: readonly AccountName[],
  bindings: readonly Binding[],
  { prefix, base }: { readonly prefix: string; readonly base: Foundation },
): Accounts {
  const made = new Map(
    names.map((name) => [
      name,
      new confluent.ServiceAccount(name, { displayName: `${prefix}-${name}`, description: ACCOUNTS[name] }),
    ]),
  )
  return new Map(
    [...made].map(([name, serviceAccount]) => {
      const own = bindings.filter(({ account }) => account === name)
      const bound = own.map(({ role, scope }) => {
        return new confluent.RoleBinding(`${name}.${role}.${labelOf(scope)}`, {
          principal: pulumi.interpolate`User:${serviceAccount.id}`,
          roleName: role,
          crnPattern: crnOf(scope, base, made),
        })
      })
      return [name, { name, serviceAccount, bindings: bound }]
    }),
  )
}

/** @throws Error if there is none: a bug of ours */
export function accountOf(all: Accounts, name: AccountName): Account {
  const account = all.get(name)
  if (account === undefined) throw new Error(`bug: no account '${name}'`)
  return account
}

function labelOf(scope: Scope): string {
  switch (scope.kind) {
    case 'environment':
    case 'cluster':
      return scope.kind
    case 'service-account':
      return `${scope.kind}.${scope.account}`
    default:
      return `${scope.kind}.${scope.name}`
  }
}

/** @source Confluent documentation, Confluent Resource Names */
function crnOf(
  scope: Scope,
  { organization, environment, cluster, registry }: Foundation,
  made: ReadonlyMap<AccountName, confluent.ServiceAccount>,
): pulumi.Input<string> {
  switch (scope.kind) {
    case 'environment':
      return environment.resourceName
    case 'cluster':
      return cluster.rbacCrn
    case 'service-account':
      return pulumi.interpolate`${organization.resourceName}/service-account=${made.get(scope.account)?.id ?? ''}`
    case 'subject':
      return pulumi.interpolate`${registry.resourceName}/subject=${scope.name}`
    default:
      return pulumi.interpolate`${cluster.rbacCrn}/kafka=${cluster.id}/${scope.kind}=${scope.name}`
  }
}
