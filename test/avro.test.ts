import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import avro from 'avsc'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { avroSchemaOf } from '../src/catalog/avro.ts'
import { CONTRACTS, validators } from '../src/catalog/validator.ts'
import { withoutNulls } from '../src/catalog/without-nulls.ts'
import { recordsOf } from './random-records.ts'

/** `ENDCAP_UPDATE_GOLDEN=1` writes the files instead of comparing; read the difference before committing it. */
const update = process.env['ENDCAP_UPDATE_GOLDEN'] === '1'
const folder = join(import.meta.dirname, 'golden/avro')
const topics = Object.keys(CONTRACTS) as (keyof typeof CONTRACTS)[]
const textOf = (topic: keyof typeof CONTRACTS) => `${JSON.stringify(avroSchemaOf(topic), null, 2)}\n`

test('the Avro schemas are the text that was read and committed', () => {
  if (update) {
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    for (const topic of topics) writeFileSync(join(folder, `${topic}.avsc`), textOf(topic))
  }
  const golden = existsSync(folder) ? readdirSync(folder) : []
  expect(golden.toSorted()).toEqual(topics.map((topic) => `${topic}.avsc`).toSorted())
  for (const topic of topics) expect(textOf(topic)).toBe(readFileSync(join(folder, `${topic}.avsc`), 'utf8'))
})

describe.each(topics)('a record of %s', (topic) => {
  const type = avro.Type.forSchema(JSON.parse(textOf(topic)))
  const records = recordsOf(CONTRACTS[topic])

  test('that the contract allows goes through Avro unchanged', () => {
    fc.assert(
      fc.property(records, (record) => {
        expect(validators.get(topic)?.(JSON.parse(JSON.stringify(record)))).toBeNull()
        const back: unknown = type.fromBuffer(type.toBuffer(record))
        const plain = JSON.parse(JSON.stringify(back))
        expect(withoutNulls(plain)).toEqual(withoutNulls(JSON.parse(JSON.stringify(record))))
      }),
      { numRuns: 300 },
    )
  })

  test('that lacks a required field, or has another type in it, is none of the Avro type', () => {
    const [record] = fc.sample(records, { numRuns: 1, seed: 1 })
    const [required = ''] = CONTRACTS[topic].required ?? []
    expect(type.isValid({ ...record })).toBe(true)
    expect(type.isValid({ ...record, [required]: undefined })).toBe(false)
    expect(type.isValid({ ...record, [required]: 5 })).toBe(false)
  })
})
