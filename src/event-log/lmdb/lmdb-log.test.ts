import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { open } from 'lmdb'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { catalog } from '../../catalog/catalog.ts'
import { clickEntry, describeEventLog } from '../contract/event-log.contract.ts'
import { openLmdbLog } from './lmdb-log.ts'

const { sources } = catalog
const temporary = () => mkdtempSync(join(tmpdir(), 'endcap-log-'))

describeEventLog('the LMDB log', async () => {
  const folder = temporary()
  return {
    open: () => openLmdbLog({ folder, sources }),
    outlivesClose: true,
    dispose: async () => rmSync(folder, { recursive: true }),
  }
})

describe('the folder of an LMDB log', () => {
  let folder: string
  beforeEach(() => {
    folder = temporary()
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  test('a second writer is refused, a reader is not, and the lock goes with its holder', async () => {
    const log = await openLmdbLog({ folder, sources })
    await expect(openLmdbLog({ folder, sources })).rejects.toMatchObject({ code: 'FOLDER_IN_USE' })
    await log.append(clickEntry('[{"n":1}]', ['new']))
    const reader = await openLmdbLog({ folder, sources, readOnly: true })
    expect(reader.position).toBe(1)
    await reader.close()
    await log.close()
    await (await openLmdbLog({ folder, sources })).close()
  })

  test('the lock of a process that was killed is taken over', async () => {
    const module = new URL('../data-folder/folder-lock.ts', import.meta.url).href
    const script = `(await import('${module}')).lockFolder('${folder}'); console.log('locked'); setInterval(() => {}, 1000)`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(child.stdout, 'data')
    await expect(openLmdbLog({ folder, sources })).rejects.toMatchObject({ code: 'FOLDER_IN_USE' })
    child.kill('SIGKILL')
    await once(child, 'exit')
    await (await openLmdbLog({ folder, sources })).close()
  })

  test('nothing to read is an error that says so', async () => {
    await expect(openLmdbLog({ folder, sources, readOnly: true })).rejects.toMatchObject({
      code: 'DATA_FOLDER',
    })
  })

  test('a log of another format is not touched', async () => {
    await (await openLmdbLog({ folder, sources })).close()
    const root = open({ path: folder, noSubdir: false })
    await root.openDB({ name: 'meta', encoding: 'json' }).put('format', 99)
    await root.close()
    await expect(openLmdbLog({ folder, sources })).rejects.toMatchObject({ code: 'UNKNOWN_FORMAT' })
  })

  test('a file that is no database is reported as corrupt', async () => {
    writeFileSync(join(folder, 'data.mdb'), 'x'.repeat(20_000))
    await expect(openLmdbLog({ folder, sources })).rejects.toMatchObject({ code: 'CORRUPT' })
  })

  test('a file that was cut short is reported as corrupt', async () => {
    const log = await openLmdbLog({ folder, sources })
    await log.append(clickEntry(`[${'{"n":1},'.repeat(5000)}{"n":2}]`, Array<'new'>(5001).fill('new')))
    await log.close()
    const path = join(folder, 'data.mdb')
    truncateSync(path, statSync(path).size - 8192)
    await expect(openLmdbLog({ folder, sources })).rejects.toMatchObject({ code: 'CORRUPT' })
  })

  test('a flipped byte in a body is found by its checksum', async () => {
    const log = await openLmdbLog({ folder, sources })
    await log.append(clickEntry('[{"n":"needle"}]', ['new']))
    await log.close()
    const path = join(folder, 'data.mdb')
    const bytes = readFileSync(path)
    const found: number[] = []
    for (let at = bytes.indexOf('needle'); at >= 0; at = bytes.indexOf('needle', at + 1)) found.push(at)
    expect(found.length).toBeGreaterThan(0)
    for (const at of found) bytes.write('noodle', at)
    writeFileSync(path, bytes)
    const damaged = await openLmdbLog({ folder, sources, readOnly: true })
    await expect(damaged.read(0)[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'CORRUPT' })
    await damaged.close()
  })
})
