import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { avroSchemaOf } from '../src/catalog/avro.ts'
import { CONTRACTS } from '../src/catalog/validator.ts'
import { unreadable } from '../src/event-log/kafka/avro-type.ts'
import { SCHEMA_CHANGES } from './avro-changes.ts'

/** A folder a release, a file a topic. A released file never changes; a release adds a folder. */
const released = join(import.meta.dirname, 'golden/avro-released')
const releases = readdirSync(released)
const releasedSchema = (release: string, topic: string) =>
  JSON.parse(readFileSync(join(released, release, `${topic}.avsc`), 'utf8'))

describe.each(releases)('what release %s wrote', (release) => {
  const topics = readdirSync(join(released, release)).map((file) => file.replace(/\.avsc$/, ''))

  test('every topic of it is still there', () => {
    expect(Object.keys(CONTRACTS)).toEqual(expect.arrayContaining(topics))
  })

  test.each(topics)('can be read by the schema of %s, and what that writes by the release', (topic) => {
    const now = JSON.parse(JSON.stringify(avroSchemaOf(topic as keyof typeof CONTRACTS)))
    expect(unreadable(now, releasedSchema(release, topic))).toBeNull()
    expect(unreadable(releasedSchema(release, topic), now)).toBeNull()
  })
})

describe('the check', () => {
  test.each(SCHEMA_CHANGES)('of $change of $topic says $isBackward, and $isForward', (changed) => {
    const { topic, of, isBackward, isForward } = changed
    const old = JSON.parse(JSON.stringify(avroSchemaOf(topic)))
    expect(unreadable(of(old), old) === null).toBe(isBackward)
    expect(unreadable(old, of(old)) === null).toBe(isForward)
  })
})
