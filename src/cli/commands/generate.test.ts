import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sha256 } from '../../core/hash.ts'
import { writeShop } from '../generating/tell-shop.ts'

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
  const filesOf = (path: string) =>
    readdirSync(path, { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(join(path, name)).isFile())
      .toSorted()
  expect(filesOf(first).filter((name) => !name.startsWith('pictures'))).toEqual([
    'clickstream.ndjson',
    'customers.ndjson',
    'inventory.ndjson',
    'offers.ndjson',
    'orders.ndjson',
    'products.ndjson',
    'truth-exposures.ndjson',
    'truth.json',
  ])
  expect(filesOf(second)).toEqual(filesOf(first))
  for (const name of filesOf(first)) {
    const bytes = readFileSync(join(first, name))
    expect(sha256(readFileSync(join(second, name)))).toBe(sha256(bytes))
    const topic = name.replace('.ndjson', '')
    if (topic in counts.topics) expect(bytes.toString().split('\n').length - 1).toBe(counts.topics[topic])
  }
  const truth = JSON.parse(readFileSync(join(first, 'truth.json'), 'utf8'))
  expect(truth.counts).toEqual({ topics: counts.topics, planted: counts.planted })
  expect(truth.shoppers).toHaveLength(options.customers)
})

test('every product names a picture that is there, and another seed gives other files', async () => {
  const [first, other] = [join(folder, 'pictures'), join(folder, 'other')]
  await writeShop(options, first)
  await writeShop({ ...options, seed: 8 }, other)
  const lines = (path: string, topic: string) =>
    readFileSync(join(path, `${topic}.ndjson`), 'utf8')
      .trim()
      .split('\n')
  for (const line of lines(first, 'products')) {
    const svg = readFileSync(join(first, JSON.parse(line).image_url), 'utf8')
    expect(svg).toMatch(/^<svg .*<\/svg>\n$/)
  }
  for (const topic of ['products', 'customers', 'orders', 'clickstream']) {
    expect(lines(other, topic)).not.toEqual(lines(first, topic))
  }
})

test('a folder that cannot be written says so', async () => {
  writeFileSync(join(folder, 'file'), '')
  await expect(writeShop(options, join(folder, 'file', 'below'))).rejects.toMatchObject({
    code: 'DATA_FOLDER',
  })
})
