import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sha256 } from '../../core/hash.ts'
import { writeShop } from './generate.ts'

const options = { products: 40, customers: 30, days: 20, seed: 7, endAt: Date.UTC(2026, 0, 1) }

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'endcap-generate-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

test('the same options give the same files, byte for byte, and the truth counts their lines', async () => {
  const [first, second] = [join(folder, 'first'), join(folder, 'second')]
  const counts = await writeShop(options, first)
  await writeShop(options, second)
  expect(readdirSync(first).toSorted()).toEqual([
    'clickstream.ndjson',
    'customers.ndjson',
    'orders.ndjson',
    'products.ndjson',
    'truth.json',
  ])
  for (const name of readdirSync(first)) {
    const bytes = readFileSync(join(first, name))
    expect(sha256(readFileSync(join(second, name)))).toBe(sha256(bytes))
    const topic = name.replace('.ndjson', '')
    if (topic in counts.topics) expect(bytes.toString().split('\n').length - 1).toBe(counts.topics[topic])
  }
  const truth: { counts: unknown } = JSON.parse(readFileSync(join(first, 'truth.json'), 'utf8'))
  expect(truth.counts).toEqual({ topics: counts.topics, planted: counts.planted })
})

test('a folder that cannot be written says so', async () => {
  writeFileSync(join(folder, 'file'), '')
  await expect(writeShop(options, join(folder, 'file', 'below'))).rejects.toMatchObject({
    code: 'DATA_FOLDER',
  })
})
