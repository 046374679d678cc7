import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openShop, openShopState } from '../../src/cli/embedded-shop.ts'
import { backup } from '../../src/cli/keeping/backup.ts'
import { rebuild } from '../../src/cli/keeping/rebuild.ts'
import { backfill } from '../../src/cli/training/backfill.ts'
import { EndcapError } from '../../src/core/errors.ts'
import { silentLogger } from '../../src/core/logger.ts'
import { CRASH_NOW } from '../crash/crash-events.ts'

const clock = () => CRASH_NOW
let mount: string
let dataDir: string
let mounted: boolean
beforeEach(() => {
  mount = mkdtempSync(join(tmpdir(), 'endcap-disk-'))
  dataDir = join(mount, 'shop')
  mounted = run('mount', '-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', mount)
})
afterEach(() => {
  if (mounted) run('umount', '-l', mount)
  rmSync(mount, { recursive: true })
})

const run = (program: string, ...args: readonly string[]): boolean =>
  spawnSync(program, args, { stdio: 'ignore' }).status === 0
const remount = (options: string): void => {
  if (!run('mount', '-o', `remount,${options}`, mount)) throw new Error(`remount,${options} failed`)
}

const EVENTS = 200
/** Bodies of distinct clicks on one product, each event of its own session. */
const body = (number: number): Buffer =>
  Buffer.from(
    JSON.stringify(
      Array.from({ length: EVENTS }, (_, place) => ({
        event_id: `e${number}-${place}`,
        event: 'view_item',
        occurred_at: CRASH_NOW,
        session_id: `s${number}-${place}`,
        payload: { items: [{ item_id: 'mug' }] },
      })),
    ),
  )

/** Views of the one product. */
async function viewsOf(dir: string): Promise<number> {
  const state = await openShopState({ dataDir: dir, readOnly: true })
  try {
    return state
      .tiles('product_activity', ['mug'])
      .reduce((sum, { values: [views] }) => sum + Number(views), 0)
  } finally {
    await state.close()
  }
}

describe('a disk', () => {
  test('that is full is told, and what was acknowledged is there once there is space again', async (context) => {
    context.skip(!mounted, 'a tmpfs cannot be mounted here')
    const shop = await openShop({ dataDir, logger: silentLogger, clock })
    let acknowledged = 0
    let failure: unknown
    for (; failure === undefined && acknowledged < 1000; ) {
      await shop.writer.ingest(body(acknowledged), 'json').then(
        () => {
          acknowledged += 1
        },
        (error: unknown) => {
          failure = error
        },
      )
    }
    expect(failure).toBeInstanceOf(EndcapError)
    expect(failure).toMatchObject({ code: 'DATA_FOLDER' })
    expect(acknowledged).toBeGreaterThan(0)
    await expect(shop.writer.ingest(body(5000), 'json')).rejects.toMatchObject({ code: 'DATA_FOLDER' })
    expect(shop.writer.isReady).toBe(false)
    await shop.close().catch(() => {})

    remount('size=64m')
    const again = await openShop({ dataDir, logger: silentLogger, clock })
    expect(again.log.position).toBeGreaterThanOrEqual(acknowledged * EVENTS)
    // Sent again: those whose answer came are known, the one that failed counts once, now or then.
    for (let number = 0; number < acknowledged; number += 1) {
      expect(await again.writer.ingest(body(number), 'json')).toMatchObject({ duplicates: EVENTS })
    }
    const { accepted, duplicates } = await again.writer.ingest(body(acknowledged), 'json')
    expect(accepted + duplicates).toBe(EVENTS)
    await again.close()
    expect(await viewsOf(dataDir)).toBe((acknowledged + 1) * EVENTS)
  }, 60_000)

  test('that fills up under a backfill, a rebuild or a backup leaves what was there', async (context) => {
    context.skip(!mounted, 'a tmpfs cannot be mounted here')
    remount('size=64m')
    const shop = await openShop({ dataDir, logger: silentLogger, clock })
    for (let number = 0; number < 25; number += 1) await shop.writer.ingest(body(number), 'json')
    await shop.close()
    const used = Number(spawnSync('du', ['-sk', mount], { encoding: 'utf8' }).stdout.split('\t')[0])
    remount(`size=${used + 200}k`)
    await expect(rebuild({ dataDir })).rejects.toMatchObject({ code: 'DATA_FOLDER' })
    await expect(backup({ dataDir, to: join(mount, 'backup') })).rejects.toMatchObject({
      code: 'DATA_FOLDER',
    })
    await expect(backfill(dataDir)).rejects.toBeInstanceOf(EndcapError)
    remount('size=64m')
    expect(await viewsOf(dataDir)).toBe(25 * EVENTS)
    await rebuild({ dataDir })
    await backfill(dataDir)
    expect(await viewsOf(dataDir)).toBe(25 * EVENTS)
  }, 60_000)

  test('that is read-only is told by every command that writes, and can still be read', async (context) => {
    context.skip(!mounted, 'a tmpfs cannot be mounted here')
    remount('size=64m')
    const shop = await openShop({ dataDir, logger: silentLogger, clock })
    await shop.writer.ingest(body(0), 'json')
    await shop.close()
    remount('ro')
    const refused = { code: 'DATA_FOLDER' }
    await expect(openShop({ dataDir, logger: silentLogger, clock })).rejects.toMatchObject(refused)
    await expect(openShop({ dataDir: join(mount, 'new'), logger: silentLogger })).rejects.toMatchObject(
      refused,
    )
    await expect(rebuild({ dataDir })).rejects.toMatchObject(refused)
    await expect(backfill(dataDir)).rejects.toMatchObject(refused)
    remount('rw')
    expect(await viewsOf(dataDir)).toBe(EVENTS)
  }, 60_000)
})
