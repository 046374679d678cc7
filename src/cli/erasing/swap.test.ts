import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fixedClock } from '../../core/clock.ts'
import type { Certificate } from './certificate.ts'
import { commitErasure, finishErasure, lockShop, rollForward, stagedFolder } from './swap.ts'

const certificate: Certificate = {
  format: 1,
  person: 'ab'.repeat(32),
  requested_at: 5,
  removed_at: null,
  log_position: 3,
  records: { orders: 1 },
  duplicates_and_refused: 0,
  dead_letters: 0,
  sessions: 0,
  orders: 1,
  shared_ids: 0,
  stores: [{ store: 'log', outcome: 'removed', removed_at: null }],
}
const moves = ['log/data.mdb', 'lake/orders', 'erasures/tombstones.json']
const removes = ['log/lock.mdb', 'lake/customers']

describe('the swap of an erasure', () => {
  let root = ''
  let dataDir = ''
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'endcap-swap-'))
    dataDir = join(root, 'shop')
    write('log/data.mdb', 'old log')
    write('log/lock.mdb', 'old readers')
    write('lake/orders/1.parquet', 'old orders')
    write('lake/orders/2.parquet', 'old orders')
    write('lake/customers/1.parquet', 'old customers')
    write('models/current', 'kept')
    write('erasing/next/log/data.mdb', 'new log')
    write('erasing/next/lake/orders/1.parquet', 'new orders')
    write('erasing/next/erasures/tombstones.json', 'new tombstones')
    mkdirSync(join(dataDir, 'erasures'))
    commitErasure(dataDir, { format: 1, moves, removes, certificate })
  })
  afterEach(() => rmSync(root, { recursive: true }))

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(dataDir, path)), { recursive: true })
    writeFileSync(join(dataDir, path), text)
  }

  function expectNew(folder: string): void {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
    const contents = Object.fromEntries(
      files.map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]),
    )
    const [name] = Object.keys(contents).filter((path) => path.startsWith('erasures/5-'))
    expect(contents).toEqual({
      'log/data.mdb': 'new log',
      'lake/orders/1.parquet': 'new orders',
      'models/current': 'kept',
      'erasures/tombstones.json': 'new tombstones',
      [name ?? '']: expect.stringContaining('"outcome": "removed"'),
    })
    expect(existsSync(join(folder, 'erasing'))).toBe(false)
  }

  test('puts everything new in place, deletes everything old, and says when', () => {
    const done = rollForward(dataDir, fixedClock(9))
    expect([done.removed_at, done.stores[0]?.removed_at]).toEqual([9, 9])
    expectNew(dataDir)
  })

  test('cut off after any of its steps, it is brought to its end by whoever opens the folder next', () => {
    const next = (folder: string, path: string) => join(stagedFolder(folder), path)
    const away = (path: string) => (folder: string) => {
      if (!existsSync(join(folder, path))) return
      mkdirSync(dirname(join(folder, 'erasing/old', path)), { recursive: true })
      renameSync(join(folder, path), join(folder, 'erasing/old', path))
    }
    const steps: readonly ((folder: string) => void)[] = [
      ...moves.flatMap((path) => [
        away(path),
        (folder: string) => renameSync(next(folder, path), join(folder, path)),
      ]),
      ...removes.map(away),
      (folder) => rmSync(join(folder, 'erasing/old'), { recursive: true }),
    ]
    for (let done = 0; done <= steps.length; done += 1) {
      const folder = join(root, `cut-${done}`)
      cpSync(dataDir, folder, { recursive: true })
      for (const step of steps.slice(0, done)) step(folder)
      finishErasure(folder)
      expectNew(folder)
    }
  })

  test('while the erasure is still at it, opening the folder is refused', () => {
    const lock = lockShop(dataDir)
    expect(() => finishErasure(dataDir)).toThrow(/writes to/)
    lock.release()
    finishErasure(dataDir)
    expectNew(dataDir)
  })
})
