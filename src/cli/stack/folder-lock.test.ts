import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { withLock } from './folder-lock.ts'

let folder = ''
let file = ''
const ignore = () => {}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'endcap-lock-'))
  file = join(folder, 'deeper', 'lock')
})
afterEach(() => rm(folder, { recursive: true }))

test('works that want the same lock run one after the other', async () => {
  const seen: string[] = []
  const work = (name: string) => async () => {
    seen.push(`${name} in`)
    await sleep(50)
    seen.push(`${name} out`)
  }
  await Promise.all([withLock(file, work('a'), ignore), withLock(file, work('b'), ignore)])
  const [first] = seen
  expect(seen).toEqual(
    first === 'a in' ? ['a in', 'a out', 'b in', 'b out'] : ['b in', 'b out', 'a in', 'a out'],
  )
})

test('a lock whose holder has died is taken over', async () => {
  await withLock(file, async () => {}, ignore)
  await writeFile(file, String(2 ** 30))
  expect(await withLock(file, async () => 'done', ignore)).toBe('done')
})

test('a lock without a holder is taken over', async () => {
  await withLock(file, async () => {}, ignore)
  await writeFile(file, '')
  expect(await withLock(file, async () => 'done', ignore)).toBe('done')
})

test('the lock goes also when the work fails', async () => {
  const failing = withLock(file, () => Promise.reject(new Error('no')), ignore)
  await expect(failing).rejects.toThrow('no')
  expect(existsSync(file)).toBe(false)
})
