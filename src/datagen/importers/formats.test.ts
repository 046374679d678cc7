import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formatOf } from './formats.ts'
import { type Imported, NO_CONSENT } from './import-format.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'endcap-formats-'))
  mkdirSync(join(folder, 'shop'))
  writeFileSync(join(folder, 'shop', 'orders.ndjson'), '{"order_id":"o1"}\n\nnot json\n[1]\n')
  writeFileSync(
    join(folder, 'shop', 'customers.ndjson.gz'),
    gzipSync('{"customer_id":"a"}\n{"customer_id":"b","consent":{"training":true}}\n'),
  )
  writeFileSync(join(folder, 'notes.txt'), '')
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('formats', () => {
  test('a folder of topic files is recognised and read, entities first, bad lines refused with their place', async () => {
    const format = formatOf(join(folder, 'shop'))
    expect(format.name).toBe('ndjson')
    expect(await collected(format.read(join(folder, 'shop'), NO_CONSENT))).toEqual([
      { kind: 'event', topic: 'customers', value: { customer_id: 'a', consent: NO_CONSENT } },
      { kind: 'event', topic: 'customers', value: { customer_id: 'b', consent: { training: true } } },
      { kind: 'event', topic: 'orders', value: { order_id: 'o1' } },
      refused(3, 'not json'),
      refused(4, '[1]'),
    ])
  })

  test('one file is enough', async () => {
    const path = join(folder, 'shop', 'orders.ndjson')
    expect(await collected(formatOf(path).read(path, NO_CONSENT))).toHaveLength(3)
  })

  test('what is not there, not known or not of the format is said', () => {
    expect(() => formatOf(join(folder, 'none'))).toThrow(/there is no/)
    expect(() => formatOf(join(folder, 'notes.txt'))).toThrow(/none of the formats online-retail, .*ndjson/)
    expect(() => formatOf(join(folder, 'shop'), 'online-retail')).toThrow(/not of the format 'online-retail'/)
    expect(() => formatOf(join(folder, 'shop'), 'xml')).toThrow(/no format 'xml'/)
  })
})

async function collected(imported: AsyncIterable<Imported>): Promise<Imported[]> {
  const all: Imported[] = []
  for await (const each of imported) all.push(each)
  return all
}

const refused = (line: number, raw: string) => ({
  kind: 'refused',
  topic: 'orders',
  reason: 'bad_json',
  field: null,
  file: 'orders.ndjson',
  line,
  raw,
})
