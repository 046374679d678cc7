import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { silentLogger } from '../../core/logger.ts'
import { NO_CONSENT } from '../../datagen/importers/import-format.ts'
import { topicFilesFormat } from '../../datagen/importers/topic-files.ts'
import { syntheticShop } from '../../datagen/synthetic-shop/synthetic-shop.ts'
import { openShop, openShopState, shopFolders } from '../embedded-shop.ts'
import { importData } from '../importing/import-data.ts'
import { openFollowedLake } from '../lake.ts'
import { backfill } from '../training/backfill.ts'
import { backup } from './backup.ts'
import { exportLog } from './export.ts'
import { rebuild } from './rebuild.ts'
import { restore } from './restore.ts'

const END = Date.UTC(2026, 0, 1)
const clock = () => END
let folder: string
let dataDir: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'endcap-keeping-'))
  dataDir = join(folder, 'shop')
})
afterEach(() => rmSync(folder, { recursive: true }))

const click = (id: string, sku = 'mug') => ({
  event_id: id,
  event: 'view_item',
  occurred_at: END,
  session_id: 's1',
  payload: { items: [{ item_id: sku }] },
})

/** A generated shop: log, lake and state. @returns hash of the state */
async function filledShop(): Promise<string> {
  const shop = syntheticShop({ products: 30, customers: 20, days: 10, seed: 3, endAt: END })
  const imported = shop.events().map(({ topic, value }) => ({ kind: 'event', topic, value }) as const)
  await importData({ dataDir, imported, logger: silentLogger, clock })
  await backfill(dataDir)
  return (await stateOf(dataDir)).hash
}

async function stateOf(dir: string): Promise<{ hash: string; position: number }> {
  const state = await openShopState({ dataDir: dir, readOnly: true })
  try {
    return { hash: state.hash(), position: state.position() }
  } finally {
    await state.close()
  }
}

describe('rebuild', () => {
  test('makes the state that was there again, and the lake, from the log alone', async () => {
    const hash = await filledShop()
    const { lake } = shopFolders(dataDir)
    const { position } = await stateOf(dataDir)
    const { compared } = await rebuild({ dataDir, compare: true })
    expect(compared).toEqual({ before: { hash, position }, after: { hash, position } })
    rmSync(lake, { recursive: true })
    writeFileSync(join(shopFolders(dataDir).state, 'data.mdb'), 'scribbled over')
    await expect(stateOf(dataDir)).rejects.toMatchObject({ code: 'CORRUPT' })
    expect(await rebuild({ dataDir })).toEqual({ logPosition: position, compared: null })
    expect(await stateOf(dataDir)).toEqual({ hash, position })
    using again = await openFollowedLake(dataDir)
    expect(again.position).toBe(position)
    expect(readdirSync(shopFolders(dataDir).state)).not.toContain('rebuild')
  })

  test('is refused while a server runs, which does not notice', async () => {
    const shop = await openShop({ dataDir, logger: silentLogger, clock })
    await expect(rebuild({ dataDir })).rejects.toMatchObject({ code: 'FOLDER_IN_USE' })
    await shop.writer.ingest(Buffer.from(JSON.stringify(click('a'))), 'json')
    await shop.close()
    expect((await stateOf(dataDir)).position).toBe(1)
  })
})

describe('backup and restore', () => {
  test('give the same log, state and lake, and the shop goes on from there', async () => {
    const hash = await filledShop()
    const [to, again] = [join(folder, 'backup'), join(folder, 'again')]
    const { log_position } = await backup({ dataDir, to, clock })
    expect(await restore({ from: to, dataDir: again })).toMatchObject({ log_position, made_at: END })
    expect(await stateOf(again)).toEqual({ hash, position: log_position })
    using lake = await openFollowedLake(again)
    expect(lake.position).toBe(log_position)
    const shop = await openShop({ dataDir: again, logger: silentLogger, clock })
    expect(await shop.writer.ingest(Buffer.from(JSON.stringify(click('a'))), 'json')).toMatchObject({
      accepted: 1,
    })
    await shop.close()
  })

  test('made while events come in it holds a prefix of the log, and opens to the state of that prefix', async () => {
    const shop = await openShop({ dataDir, logger: silentLogger, clock })
    const [to, again] = [join(folder, 'backup'), join(folder, 'again')]
    const bodies = Array.from({ length: 60 }, (_, body) =>
      Buffer.from(
        JSON.stringify(Array.from({ length: 50 }, (__, place) => click(`e${body}-${place}`, `p${place}`))),
      ),
    )
    const ingesting = (async () => {
      for (const body of bodies) await shop.writer.ingest(body, 'json')
    })()
    const { log_position } = await backup({ dataDir, to, clock })
    await ingesting
    await shop.close()
    expect(log_position % 50).toBe(0)
    expect(log_position).toBeLessThan(3000)
    await restore({ from: to, dataDir: again })
    const restored = await openShop({ dataDir: again, logger: silentLogger, clock })
    expect(restored.state.position()).toBe(log_position)
    for (const body of bodies) await restored.writer.ingest(body, 'json')
    const hash = restored.state.hash()
    await restored.close()
    expect(hash).toBe((await stateOf(dataDir)).hash)
  })

  test('a file that was changed, cut short or lost is found, and nothing is made', async () => {
    await filledShop()
    const [to, again] = [join(folder, 'backup'), join(folder, 'again')]
    await backup({ dataDir, to, clock })
    const log = join(to, 'log', 'data.mdb')
    const whole = readFileSync(log)
    const changed = Buffer.from(whole)
    changed[whole.length >> 1] = (changed[whole.length >> 1] ?? 0) ^ 1
    const damages: (() => void)[] = [
      () => writeFileSync(log, changed),
      () => appendFileSync(log, 'more'),
      () => rmSync(log),
    ]
    for (const damage of damages) {
      writeFileSync(log, whole)
      damage()
      await expect(restore({ from: to, dataDir: again })).rejects.toMatchObject({ code: 'CORRUPT' })
      expect(existsSync(again)).toBe(false)
    }
    expect(readdirSync(folder).toSorted()).toEqual(['backup', 'shop'])
  })

  test('a path of the manifest that leads out of the folder is refused', async () => {
    const to = join(folder, 'backup')
    mkdirSync(to)
    for (const path of ['../escaped', '/etc/escaped', 'a/../../escaped', '..\\escaped']) {
      const files = [{ path, bytes: 0, sha256: '' }]
      writeFileSync(
        join(to, 'backup.json'),
        JSON.stringify({ format: 1, made_at: 0, log_position: 0, files }),
      )
      await expect(restore({ from: to, dataDir })).rejects.toMatchObject({ code: 'CORRUPT' })
    }
  })

  test('of nothing, into something, or of another format is an error that says so', async () => {
    const [to, again] = [join(folder, 'backup'), join(folder, 'again')]
    await expect(backup({ dataDir, to })).rejects.toMatchObject({ code: 'DATA_FOLDER' })
    await expect(restore({ from: to, dataDir: again })).rejects.toMatchObject({ code: 'DATA_FOLDER' })
    await filledShop()
    await expect(backup({ dataDir, to: dataDir })).rejects.toThrow(/is not empty/)
    await backup({ dataDir, to })
    await expect(restore({ from: to, dataDir })).rejects.toThrow(/is not empty/)
    writeFileSync(join(to, 'backup.json'), '{"format": 9}')
    await expect(restore({ from: to, dataDir: again })).rejects.toMatchObject({ code: 'UNKNOWN_FORMAT' })
  })
})

describe('export', () => {
  test('imported again gives the same state', async () => {
    const hash = await filledShop()
    const [to, again] = [join(folder, 'events'), join(folder, 'again')]
    const { topics, logPosition } = await exportLog({ dataDir, to })
    const counts = await importData({
      dataDir: again,
      imported: topicFilesFormat.read(to, NO_CONSENT),
      logger: silentLogger,
      clock,
    })
    expect(counts).toMatchObject({ accepted: topics, duplicates: {}, refused: {}, logPosition })
    await backfill(again)
    expect(await stateOf(again)).toEqual({ hash, position: logPosition })
  })

  test('does not write into a folder that holds something', async () => {
    await filledShop()
    await expect(exportLog({ dataDir, to: dataDir })).rejects.toThrow(/is not empty/)
  })
})
