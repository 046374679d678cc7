import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { FakeRegistry } from '../../../test/cloud/confluent/fake-registry.ts'
import { AvroCodec } from './avro-codec.ts'
import { SchemaRegistry } from './schema-registry.ts'

const thing = { type: 'record', name: 'Thing', fields: [{ name: 'id', type: 'string' }] }
const other = {
  ...thing,
  fields: [
    { name: 'id', type: 'string' },
    { name: 'n', type: 'long' },
  ],
}

describe('an account that may only read schemas', () => {
  let registry: FakeRegistry
  beforeAll(async () => {
    registry = await FakeRegistry.start()
  })
  afterAll(() => registry.close())
  beforeEach(() => {
    registry.rights = 'read'
  })
  const codec = (topic: string) =>
    new AvroCodec(new SchemaRegistry({ url: registry.url }), new Map([[topic, thing]]))

  test('writes with those that others have registered, and changes nothing', async () => {
    registry.given('things-value', other, 'FULL_TRANSITIVE')
    registry.given('things-value', thing, 'FULL_TRANSITIVE')
    const before = registry.exchanges.length
    const found = codec('things')
    await found.find()
    const bytes = found.encode('things', { id: 'a' })
    expect(bytes.readUInt32BE(1)).toBe(100_002)
    expect(await found.decode('things', bytes)).toEqual({ value: { id: 'a' } })
    expect(registry.exchanges.slice(before).map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /subjects/things-value',
      'GET /config/things-value',
      'GET /schemas/ids/100002',
    ])
  })

  test('is told by the subject which schema is missing, and who makes it', async () => {
    registry.given('stale-value', other, 'FULL_TRANSITIVE')
    for (const topic of ['stale', 'nowhere']) {
      await expect(codec(topic).find()).rejects.toMatchObject({
        code: 'NOT_FOUND',
        place: `subject '${topic}-value'`,
        remedy: expect.stringContaining('pulumi up'),
      })
    }
  })

  test('does not write where later schemas may be anything', async () => {
    registry.given('loose-value', thing, 'BACKWARD_TRANSITIVE')
    await expect(codec('loose').find()).rejects.toMatchObject({
      code: 'SCHEMA_CONFLICT',
      message: expect.stringContaining('is BACKWARD_TRANSITIVE, not FULL_TRANSITIVE'),
    })
  })

  test('is told by name of the setting under which it need not register', async () => {
    await expect(codec('things').register()).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: expect.stringContaining('403'),
      remedy: expect.stringContaining(`topics: 'given'`),
    })
    registry.rights = 'all'
    await codec('fresh').register()
    registry.rights = 'read'
    await codec('fresh').find()
  })
})
