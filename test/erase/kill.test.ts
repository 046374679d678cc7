import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openShop, openShopState } from '../../src/cli/embedded-shop.ts'
import { erase } from '../../src/cli/erasing/erase.ts'
import { readRequests, writeRequests } from '../../src/cli/erasing/requests.ts'
import { silentLogger } from '../../src/core/logger.ts'
import {
  clock,
  events,
  findWords,
  heaviestLearntFrom,
  idsOf,
  makeShop,
  parted,
  streamedHash,
} from './erased-shop.ts'

const customer = heaviestLearntFrom()
const { sessions, orders } = idsOf(customer)
const words = [customer, ...sessions, ...orders]
/** When to kill: at a share of the time that an erasure takes, or as soon as its journal is there. */
const KILLS = [0.35, 0.6, 0.8, 'journal'] as const

describe('kill -9 while somebody is erased', () => {
  let root = ''
  let hashes: { readonly old: string; readonly erased: string }
  let wholeMs = 0
  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'endcap-erase-kill-'))
    await makeShop(join(root, 'shop'), events)
    // Asked for over HTTP: the request names them, and goes with the swap.
    const asked = { id: 'request-1', customer_id: customer, requested_at: clock() }
    writeRequests(join(root, 'shop'), { format: 1, pending: [asked], done: [] })
    hashes = { old: await streamedHash(events), erased: await streamedHash(parted(customer).others) }
    cpSync(join(root, 'shop'), join(root, 'whole'), { recursive: true })
    const startedAt = performance.now()
    const [code] = await once(start(join(root, 'whole')), 'exit')
    wholeMs = performance.now() - startedAt
    expect(code).toBe(0)
  }, 60_000)
  afterAll(() => rmSync(root, { recursive: true }))

  const start = (dataDir: string) =>
    spawn(process.execPath, [join(import.meta.dirname, 'erase-child.ts'), dataDir, customer], {
      stdio: 'ignore',
    })

  async function killed(dataDir: string, when: (typeof KILLS)[number]): Promise<void> {
    const child = start(dataDir)
    const exited = once(child, 'exit')
    if (when === 'journal') {
      while (child.exitCode === null && !existsSync(join(dataDir, 'erasing', 'journal.json'))) await wait(0)
    } else await wait(when * wholeMs)
    child.kill('SIGKILL')
    await exited
  }

  test.each(KILLS)(
    'at %s leaves the old or the new whole, and erasing again completes',
    async (when) => {
      const dataDir = join(root, `killed-${when}`)
      cpSync(join(root, 'shop'), dataDir, { recursive: true })
      await killed(dataDir, when)

      const shop = await openShop({ dataDir, logger: silentLogger, clock })
      const hash = shop.state.hash()
      expect([shop.state.position(), shop.log.position]).toEqual([shop.log.position, shop.log.position])
      await shop.close()
      expect([hashes.old, hashes.erased]).toContain(hash)
      if (hash === hashes.erased) expect(await findWords(dataDir, words)).toEqual([])

      await erase({ dataDir, customer, clock })
      const state = await openShopState({ dataDir, readOnly: true })
      expect(state.hash()).toBe(hashes.erased)
      await state.close()
      expect(await findWords(dataDir, words)).toEqual([])
      expect(readRequests(dataDir)).toMatchObject({ pending: [], done: [{ id: 'request-1' }] })
      expect(existsSync(join(dataDir, 'erasing'))).toBe(false)
    },
    60_000,
  )
})
