const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  '': ['name', 'organization_id', 'environment_id', 'metadata', 'spec'],
  spec: ['statement', 'properties', 'compute_pool_id', 'principal', 'stopped', 'scaling'],
}
const NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * What the service would refuse in the body of a new statement: the essential part of its OpenAPI, by heart, so that
 * the fake is strict where the file is not at hand.
 * @source Confluent OpenAPI flink-gateway v1, createSqlv1Statement
 */
export function bodyFaults(body: unknown): readonly string[] {
  const { name, organization_id, spec } = Object(body)
  const { statement, properties, compute_pool_id, principal, stopped } = Object(spec)
  const isText = (value: unknown, limit: number) => typeof value === 'string' && value.length <= limit
  const checks: readonly (readonly [string, boolean])[] = [
    ...unknownMembers('', body),
    ...unknownMembers('spec', spec),
    ['name', isText(name, 100) && NAME.test(name)],
    ['organization_id', organization_id === undefined || UUID.test(organization_id)],
    ['spec.statement', isText(statement, 131_072)],
    ['spec.properties', Object.values(Object(properties)).every((value) => typeof value === 'string')],
    ['spec.compute_pool_id', compute_pool_id === undefined || isText(compute_pool_id, 255)],
    ['spec.principal', principal === undefined || isText(principal, 1024)],
    ['spec.stopped', stopped === undefined || typeof stopped === 'boolean'],
  ]
  return checks.filter(([, isRight]) => !isRight).map(([member]) => member)
}

const unknownMembers = (place: string, value: unknown): readonly (readonly [string, boolean])[] =>
  Object.keys(Object(value)).map((name) => [
    place === '' ? name : `${place}.${name}`,
    MEMBERS[place]?.includes(name) === true,
  ])
