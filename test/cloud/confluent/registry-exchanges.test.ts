import { expect, test } from 'vitest'
import { AvroCodec } from '../../../src/event-log/kafka/avro-codec.ts'
import { SchemaRegistry } from '../../../src/event-log/kafka/schema-registry.ts'
import { missingOpenApi, OpenApiChecker } from '../openapi-checker.ts'
import { FakeRegistry } from './fake-registry.ts'

const FILE = 'schema-registry-v1.yaml'
const missing = missingOpenApi(FILE)
const thing = { type: 'record', name: 'Thing', fields: [{ name: 'id', type: 'string' }] }

test('exchanges with the schema registry are what Confluent’s OpenAPI says, and a planted error is found', async (context) => {
  if (missing !== null) return context.skip(missing)
  const registry = await FakeRegistry.start()
  try {
    const client = new SchemaRegistry({ url: registry.url })
    const codec = new AvroCodec(client, new Map([['things', thing]]))
    await codec.register()
    await codec.find()
    await codec.decode('things', codec.encode('things', { id: 'a' }))
    await client.subjects()
    const checker = OpenApiChecker.read(FILE)
    expect(registry.exchanges.map(({ method }) => method).toSorted()).toEqual([
      'GET',
      'GET',
      'GET',
      'POST',
      'POST',
      'PUT',
    ])
    expect(registry.exchanges.flatMap((exchange) => checker.breaches(exchange))).toEqual([])
    const put = registry.exchanges.find(({ method }) => method === 'PUT')
    if (put === undefined) throw new Error('nothing was put')
    const planted = { ...put, request: { level: 'FULL' } }
    expect(checker.breaches(planted).join('\n')).toContain(`'level'`)
  } finally {
    await registry.close()
  }
})
