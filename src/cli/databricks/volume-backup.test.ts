import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { FakeWorkspace, TOKEN } from '../../../test/cloud/databricks/fake-workspace.ts'
import { BACKUP_MANIFEST, type BackupManifest } from '../keeping/backup-manifest.ts'
import { filesBelow, sha256OfFile } from '../keeping/files.ts'
import { restore } from '../keeping/restore.ts'
import { volumeBackup, volumeFolderOf } from './volume-backup.ts'
import { databricksWorkspace } from './workspace.ts'

const PART = 32 * 2 ** 20

let workspace: FakeWorkspace
let folder: string
let dataDir: string
beforeAll(async () => {
  workspace = await FakeWorkspace.start()
})
afterAll(() => workspace.close())
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'endcap-volume-'))
  dataDir = join(folder, 'shop')
  workspace.volume.folder = join(folder, 'volume')
  workspace.exchanges.length = 0
  mkdirSync(join(folder, 'volume'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const client = () =>
  databricksWorkspace(
    { DATABRICKS_HOST: workspace.url, DATABRICKS_TOKEN: TOKEN },
    { retry: { retries: 1, pauseMs: 1, maxPauseMs: 1 } },
  )
const fetched = async () => restore({ from: await volumeBackup(client(), workspace.volume.path), dataDir })
const named = (text: string) => writeFileSync(join(folder, 'volume', 'current.json'), text)

/** A backup of these files, which the volume names. */
async function leave(files: Readonly<Record<string, Uint8Array>>): Promise<string> {
  const backup = join(folder, 'volume', 'backups', 'b-1')
  const listed: BackupManifest['files'][number][] = []
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(join(backup, path, '..'), { recursive: true })
    writeFileSync(join(backup, path), bytes)
    listed.push({ path, bytes: bytes.length, sha256: await sha256OfFile(join(backup, path)) })
  }
  const manifest = { format: 1, made_at: 5, log_position: 7, files: listed }
  writeFileSync(join(backup, BACKUP_MANIFEST), JSON.stringify(manifest))
  named('{"backup": "b-1"}')
  return backup
}

describe('a backup in a volume', () => {
  test('comes whole, a large file in parts, an empty one too, whatever their names', async () => {
    const large = new Uint8Array(PART + 3).fill(7)
    large[PART] = 9
    const backup = await leave({
      'log/data.mdb': large,
      'lake/day=2026-01-01/a b.parquet': new Uint8Array([1]),
      empty: new Uint8Array(),
    })
    expect((await fetched()).log_position).toBe(7)
    expect(filesBelow(dataDir)).toEqual(['empty', 'lake/day=2026-01-01/a b.parquet', 'log/data.mdb'])
    for (const path of filesBelow(dataDir)) {
      expect(readFileSync(join(dataDir, path)).equals(readFileSync(join(backup, path)))).toBe(true)
    }
    const parts = workspace.exchanges.filter(({ path }) => path.endsWith('data.mdb'))
    expect(parts.map(({ status }) => status)).toEqual([206, 206])
  })

  test('that is damaged or cut off on the way is not restored', async () => {
    const backup = await leave({ log: new Uint8Array([1, 2, 3]) })
    writeFileSync(join(backup, 'log'), new Uint8Array([1, 2, 4]))
    await expect(fetched()).rejects.toMatchObject({
      code: 'CORRUPT',
      message: expect.stringContaining('checksum'),
    })
    appendFileSync(join(backup, 'log'), 'x')
    await expect(fetched()).rejects.toMatchObject({
      code: 'CORRUPT',
      message: expect.stringContaining('3 bytes'),
    })
    rmSync(join(backup, 'log'))
    await expect(fetched()).rejects.toMatchObject({
      code: 'CORRUPT',
      message: expect.stringContaining('missing'),
    })
  })

  test('must be named, by a name that stays in the volume', async () => {
    await expect(fetched()).rejects.toMatchObject({
      code: 'DATA_FOLDER',
      remedy: expect.stringContaining('job'),
    })
    for (const text of ['{"backup": "../other"}', '{"backup": ""}', '{}', 'b-1']) {
      named(text)
      await expect(fetched()).rejects.toMatchObject({ code: 'CORRUPT' })
    }
    named('{"backup": "gone"}')
    await expect(fetched()).rejects.toMatchObject({ code: 'DATA_FOLDER' })
  })

  test('goes on after an answer was lost', async () => {
    await leave({ log: new Uint8Array([1]) })
    workspace.planned.push({ instead: 'reset' })
    expect((await fetched()).files).toHaveLength(1)
  })
})

test('a folder of a volume is told from one of this machine', () => {
  expect(volumeFolderOf('dbfs:/Volumes/main/models/serving/')).toBe('/Volumes/main/models/serving')
  expect(volumeFolderOf('dbfs:/Volumes/main/models/serving/uk')).toBe('/Volumes/main/models/serving/uk')
  for (const other of ['/Volumes/main/models/serving', 'dbfs:/Volumes/main/models', 'backups/a', 'dbfs:/x']) {
    expect(volumeFolderOf(other)).toBeNull()
  }
})
