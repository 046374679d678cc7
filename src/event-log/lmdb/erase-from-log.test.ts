import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { catalog } from '../../catalog/catalog.ts'
import type { Belongings } from '../contract/erasing.ts'
import { clickEntry } from '../contract/event-log.contract.ts'
import type { EventLog } from '../contract/event-log.ts'
import { copyLogWithout } from './erase-from-log.ts'
import { openLmdbLog } from './lmdb-log.ts'

const { sources } = catalog
const theirs: Belongings = {
  owns: (topic, value) => topic === 'clickstream' && value['who'] === 'ann',
  isNamedIn: (text) => text.includes('ann'),
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

const placed = async (log: EventLog, from: number) =>
  (await collect(log.read(from)))
    .flat()
    .map(({ offset, topic, value }) => [offset, topic, value['n'] ?? null])

describe('a copy of a log without somebody', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'endcap-erase-log-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  test('has every other record at its offset, every other dead letter at its number, and no byte of theirs', async () => {
    const [from, to] = [join(folder, 'log'), join(folder, 'copy')]
    const log = await openLmdbLog({ folder: from, sources })
    const bodies = [
      clickEntry('[{"n":0,"who":"bob"},{"n":1,"who":"ann"},{"n":1,"who":"ann"},{"n":2,"who":"bob"}]', [
        'new',
        'new',
        'duplicate',
        'new',
      ]),
      clickEntry(
        '{"n":3,"who":"\\u0061nn"}\n{"n":4}\n{"x":"ann"}\n{"y":1}',
        ['new', 'new', 'refused', 'refused'],
        {
          format: 'ndjson',
        },
      ),
      clickEntry('{"events":[{"n":5},{"n":6}],"sent_by":"ann"}', ['new', 'new']),
      clickEntry('[{"n":7,"who":"ann"}]', ['new']),
    ]
    for (const entry of bodies) await log.append(entry)
    await log.close()

    expect(await copyLogWithout({ from, to, sources, theirs })).toEqual({
      records: { clickstream: 3 },
      others: 2,
      deadLetters: 1,
    })
    const copy = await openLmdbLog({ folder: to, sources })
    expect(copy.position).toBe(8)
    const all = [
      [0, 'clickstream', 0],
      [1, 'erased', null],
      [2, 'clickstream', 2],
      [3, 'erased', null],
      [4, 'clickstream', 4],
      [5, 'clickstream', 5],
      [6, 'clickstream', 6],
      [7, 'erased', null],
    ]
    for (const start of [0, 1, 3, 5, 8]) expect(await placed(copy, start)).toEqual(all.slice(start))
    const letters = await collect(copy.deadLetters())
    expect(letters.map(({ reason, bytes }) => [reason, Buffer.from(bytes).toString()])).toEqual([
      ['erased', ''],
      ['bad_id', '{"y":1}'],
    ])
    const [first] = await collect(copy.idHashes(0))
    expect(first).toEqual(bodies[0]?.idHashes.map((hash, place) => (place === 1 ? 0n : hash)))
    await copy.append(clickEntry('[{"n":8}]', ['new']))
    expect(copy.position).toBe(9)
    await copy.close()
    const bytes = readFileSync(join(to, 'data.mdb'))
    expect([bytes.includes('ann'), bytes.includes('\\u0061nn'), bytes.includes('bob')]).toEqual([
      false,
      false,
      true,
    ])
  })
})
