import { expect, test } from 'vitest'
import { orders } from '../../catalog/events/orders.ts'
import { loginOptions } from './kafka-login.ts'
import { openSourceConnectors } from './open-source-connectors.ts'

test('a topic that asks for nobody is told nothing', () => {
  expect(loginOptions()).toEqual({})
  expect(loginOptions({})).toEqual({})
})

test('says protocol, authorities, mechanism and who comes', () => {
  expect(loginOptions({ tls: {} })).toEqual({ 'properties.security.protocol': 'SSL' })
  const sasl = { mechanism: 'SCRAM-SHA-512', username: 'shop', password: 'a"b\\c' } as const
  expect(loginOptions({ tls: { ca: 'PEM' }, sasl })).toEqual({
    'properties.security.protocol': 'SASL_SSL',
    'properties.ssl.truststore.type': 'PEM',
    'properties.ssl.truststore.certificates': 'PEM',
    'properties.sasl.mechanism': 'SCRAM-SHA-512',
    'properties.sasl.jaas.config':
      'org.apache.flink.kafka.shaded.org.apache.kafka.common.security.scram.ScramLoginModule required username="shop" password="a\\"b\\\\c";',
  })
})

test('sources and sinks say it, with what a text of SQL must double', () => {
  const connectors = openSourceConnectors({
    bootstrapBrokers: ['kafka:9093'],
    registryUrl: 'https://registry',
    registryCredentials: { username: 'key', password: 'secret' },
    login: { sasl: { mechanism: 'PLAIN', username: "o'neill", password: 'x' } },
  })
  const source = connectors.source(orders, [{ name: 'sku', type: 'STRING' }])
  const sink = connectors.sink({ name: 't', columns: [{ name: 'sku', type: 'STRING' }], key: ['sku'] })
  for (const ddl of [source, sink]) {
    expect(ddl).toContain("'properties.security.protocol' = 'SASL_PLAINTEXT'")
    expect(ddl).toContain(`username="o''neill"`)
  }
  expect(source).toContain("'avro-confluent.basic-auth.user-info' = 'key:secret'")
})
