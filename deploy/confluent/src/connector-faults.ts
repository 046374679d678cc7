type Property = { readonly isRequired?: boolean; readonly isSecret?: boolean; readonly value?: RegExp }

const COMMON: Readonly<Record<string, Property>> = {
  'connector.class': { isRequired: true },
  name: { isRequired: true },
  'kafka.auth.mode': { isRequired: true, value: /^SERVICE_ACCOUNT$/ },
  'kafka.service.account.id': { isRequired: true },
  'tasks.max': { isRequired: true, value: /^[1-9]\d*$/ },
}

/**
 * The properties that managed connectors take: the service checks them when one is made, Pulumi's types know none.
 * @source answers of `config/validate` in the tests of terraform-provider-confluent; Confluent documentation, Datagen
 * Source and Databricks Delta Lake Sink; Kafka Connect, InsertField
 */
const PROPERTIES: Readonly<Record<string, Readonly<Record<string, Property>>>> = {
  DatagenSource: {
    ...COMMON,
    'kafka.topic': { isRequired: true },
    'output.data.format': { isRequired: true, value: /^(AVRO|JSON|JSON_SR|PROTOBUF)$/ },
    'schema.string': { isRequired: true },
    'schema.keyfield': { isRequired: true },
    'max.interval': { isRequired: true, value: /^[1-9]\d*$/ },
    iterations: { value: /^(-1|[1-9]\d*)$/ },
  },
  DatabricksDeltaLakeSink: {
    ...COMMON,
    topics: { isRequired: true },
    'input.data.format': { isRequired: true, value: /^(AVRO|JSON_SR|PROTOBUF)$/ },
    'delta.lake.host.name': { isRequired: true, value: /^[a-z0-9.-]+$/ },
    'delta.lake.http.path': { isRequired: true, value: /^\/sql\// },
    'delta.lake.token': { isRequired: true, isSecret: true },
    'delta.lake.topic2table.map': { isRequired: true },
    'delta.lake.table.auto.create': { value: /^(true|false)$/ },
    'staging.bucket.name': { isRequired: true },
    'staging.s3.access.key.id': { isRequired: true, isSecret: true },
    'staging.s3.secret.access.key': { isRequired: true, isSecret: true },
    'flush.interval.ms': { value: /^[1-9]\d*$/ },
    transforms: { isRequired: true, value: /^coordinates$/ },
    'transforms.coordinates.type': { isRequired: true, value: /\.InsertField\$Value$/ },
    'transforms.coordinates.partition.field': { isRequired: true },
    'transforms.coordinates.offset.field': { isRequired: true },
    'transforms.coordinates.timestamp.field': { isRequired: true },
  },
}

type Config = Readonly<Record<string, string>>

/** What a managed connector would refuse, or what would show a secret. */
export function connectorFaults(open: Config, secret: Config): readonly string[] {
  const properties = PROPERTIES[open['connector.class'] ?? '']
  if (properties === undefined) return [`'${open['connector.class']}' is no connector that we know`]
  const all = { ...open, ...secret }
  return [
    ...Object.entries(properties).flatMap(([name, { isRequired }]) =>
      isRequired === true && !(name in all) ? [`'${name}' is missing`] : [],
    ),
    ...Object.entries(all).flatMap(([name, value]) => {
      const property = properties[name]
      if (property === undefined) return [`'${name}' is no property of ${open['connector.class']}`]
      if (property.value !== undefined && !property.value.test(value))
        return [`'${name}' does not take '${value}'`]
      return property.isSecret === true && name in open
        ? [`'${name}' is a secret and stands in the open`]
        : []
    }),
  ]
}
