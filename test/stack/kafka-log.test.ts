import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { avroSchemaOf } from '../../src/catalog/avro.ts'
import { missingRequirements } from '../../src/cli/stack/requirements.ts'
import { stackDown, stackUp } from '../../src/cli/stack/stack.ts'
import type { Stack } from '../../src/cli/stack/types.ts'
import { SchemaRegistry } from '../../src/event-log/kafka/schema-registry.ts'
import { SCHEMA_CHANGES } from '../avro-changes.ts'

const ENGINES = ['kafka', 'registry'] as const
const missing = await missingRequirements(ENGINES)
const reasons = missing.map(({ name, reason }) => `${name}: ${reason}`).join('; ')

let folder = ''
let stack: Stack

beforeAll(async () => {
  if (missing.length > 0) return
  folder = mkdtempSync(join(tmpdir(), 'endcap-kafka-log-'))
  stack = await stackUp({
    runDir: join(folder, 'run'),
    engines: ENGINES,
    portBase: 'free',
    report: (line) => console.log(line),
  })
}, 600_000)
afterAll(async () => {
  await stack?.stop()
  if (folder !== '') rmSync(folder, { recursive: true, force: true })
}, 120_000)

describe.skipIf(missing.length > 0)(`the schema registry ${reasons}`, () => {
  const versions = (fields: readonly object[]) => ({ type: 'record', name: 'Thing', fields })
  const id = { name: 'id', type: 'string' }
  const size = { name: 'size', type: ['null', 'long'], default: null }
  const first = versions([id])

  test('gives a schema the same id whenever it is registered, and its text by the id', async () => {
    const registry = new SchemaRegistry(stack.registry)
    const given = await registry.register('things-value', first)
    expect(await registry.register('things-value', first)).toBe(given)
    expect(JSON.parse(await registry.schema(given))).toEqual(first)
    expect(await registry.subjects()).toContain('things-value')
    await expect(registry.schema(987_654)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('refuses a schema that cannot read what older ones wrote', async () => {
    const registry = new SchemaRegistry(stack.registry)
    await registry.register('sizes-value', first)
    await registry.setCompatibility('sizes-value', 'BACKWARD_TRANSITIVE')
    const second = versions([id, size])
    const bad = versions([id, { name: 'size', type: 'long' }])
    expect(await registry.isCompatible('sizes-value', second)).toBe(true)
    expect(await registry.isCompatible('sizes-value', bad)).toBe(false)
    expect(await registry.isCompatible('unknown-value', bad)).toBe(true)
    await expect(registry.register('sizes-value', bad)).rejects.toMatchObject({ code: 'SCHEMA_CONFLICT' })
    expect(await registry.register('sizes-value', second)).toBeGreaterThan(0)
  })

  test.each(SCHEMA_CHANGES)('judges $change of $topic as our own check does', async (changed) => {
    const { change, topic, of, isBackward } = changed
    const registry = new SchemaRegistry(stack.registry)
    const subject = `${change.replaceAll(' ', '-')}-value`
    const old = JSON.parse(JSON.stringify(avroSchemaOf(topic)))
    await registry.register(subject, old)
    await registry.setCompatibility(subject, 'BACKWARD_TRANSITIVE')
    expect(await registry.isCompatible(subject, of(old))).toBe(isBackward)
  })

  test('is named when it is not there', async () => {
    const registry = new SchemaRegistry({ url: 'http://127.0.0.1:9' })
    await expect(registry.subjects()).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: expect.stringContaining('nothing answers at http://127.0.0.1:9'),
    })
  })

  test('keeps its schemas when it is stopped and started', async () => {
    const registry = new SchemaRegistry(stack.registry)
    const id1 = await registry.register('kept-value', first)
    await stackDown({ runDir: stack.runDir, engines: ['registry'], keep: true })
    await stackUp({ runDir: stack.runDir, engines: ENGINES })
    expect(await new SchemaRegistry(stack.registry).register('kept-value', first)).toBe(id1)
  })
})
