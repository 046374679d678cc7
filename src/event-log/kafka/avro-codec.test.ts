import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { AvroCodec } from './avro-codec.ts'
import { SchemaRegistry } from './schema-registry.ts'

const field = (name: string, type: unknown = 'string', more: object = {}) => ({ name, type, ...more })
const optional = (name: string, type: string) => field(name, ['null', type], { default: null })
const schema = (...fields: readonly object[]) => ({
  type: 'record',
  name: 'Thing',
  namespace: 'test',
  fields,
})

/** The registry's edge of the process: it only remembers what it is given. */
let schemas: string[]
let server: Server
let url: string
/** Status of every answer, instead of a right one. */
let failing: number | undefined

beforeEach(async () => {
  schemas = []
  failing = undefined
  server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += String(chunk)
    })
    request.on('end', () => {
      const [status, answer] = answerOf(request.method ?? '', request.url ?? '', body)
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(() => server.close())

function answerOf(method: string, path: string, body: string): [number, object] {
  if (failing !== undefined) return [failing, { message: 'no' }]
  if (method === 'PUT') return [200, {}]
  if (method === 'POST') {
    const { schema: text } = JSON.parse(body)
    if (!schemas.includes(text)) schemas.push(text)
    return [200, { id: 100 + schemas.indexOf(text) }]
  }
  const text = schemas[Number(path.split('/').at(-1)) - 100]
  return text === undefined ? [404, { message: 'Schema not found' }] : [200, { schema: text }]
}

async function codecOf(written: object): Promise<AvroCodec> {
  const codec = new AvroCodec(new SchemaRegistry({ url }), new Map([['things', written]]))
  await codec.register()
  return codec
}

test('frames a record as Confluent does: zero, the id in four bytes, Avro', async () => {
  const codec = await codecOf(schema(field('id'), optional('size', 'long')))
  const bytes = codec.encode('things', { id: 'ab', size: 3 })
  // String of length 2 (zigzag 4), then branch 1 (zigzag 2) and 3 (zigzag 6).
  expect(bytes.toString('hex')).toBe(`00${'00000064'}${'046162'}${'0206'}`)
  expect(await codec.decode('things', bytes)).toEqual({ value: { id: 'ab', size: 3 } })
})

test('leaves absent fields out, whether they were left out or null', async () => {
  const codec = await codecOf(schema(field('id'), optional('size', 'long')))
  for (const value of [{ id: 'a' }, { id: 'a', size: null }]) {
    expect(await codec.decode('things', codec.encode('things', value))).toEqual({ value: { id: 'a' } })
  }
})

test('reads what older and newer compatible schemas wrote as its own', async () => {
  const old = await codecOf(schema(field('id'), optional('colour', 'string')))
  const young = await codecOf(schema(field('id'), optional('size', 'long')))
  expect(await young.decode('things', old.encode('things', { id: 'a', colour: 'red' }))).toEqual({
    value: { id: 'a' },
  })
  expect(await old.decode('things', young.encode('things', { id: 'b', size: 1 }))).toEqual({
    value: { id: 'b' },
  })
})

test('says why bytes are no record', async () => {
  const codec = await codecOf(schema(field('id')))
  const other = await codecOf(schema(field('number', 'long')))
  const good = codec.encode('things', { id: 'abc' })
  const unknown = Buffer.from(good)
  unknown.writeUInt32BE(7, 1)
  const poison = async (bytes: Buffer) => codec.decode('things', bytes)
  expect(await poison(Buffer.from('{"id":"abc"}'))).toEqual({ poison: 'not_avro' })
  expect(await poison(Buffer.alloc(0))).toEqual({ poison: 'not_avro' })
  expect(await poison(unknown)).toEqual({ poison: 'unknown_schema' })
  expect(await poison(other.encode('things', { number: 1 }))).toEqual({ poison: 'unreadable_schema' })
  expect(await poison(good.subarray(0, good.length - 1))).toEqual({ poison: 'undecodable' })
})

test('a registry that is away is an error, not poison, and is asked again', async () => {
  const writer = await codecOf(schema(field('id')))
  const bytes = writer.encode('things', { id: 'a' })
  const codec = new AvroCodec(new SchemaRegistry({ url }), new Map([['things', schema(field('id'))]]))
  failing = 503
  await expect(codec.decode('things', bytes)).rejects.toMatchObject({ code: 'ENGINE_FAILED' })
  failing = undefined
  expect(await codec.decode('things', bytes)).toEqual({ value: { id: 'a' } })
})

test('sends key and secret, or a token', async () => {
  const seen: (string | undefined)[] = []
  server.prependListener('request', (request) => seen.push(request.headers.authorization))
  await new SchemaRegistry({ url, credentials: { username: 'k', password: 's' } }).register('a-value', {})
  await new SchemaRegistry({ url, credentials: { token: async () => 'abc' } }).register('a-value', {})
  expect(seen).toEqual(['Basic azpz', 'Bearer abc'])
})
