import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { barriers, launch } from './browser-suite.ts'
import { type DemoServer, startDemo } from './demo-server.ts'
import { ShopPage } from './shop-page.ts'

const SOURCE = join(import.meta.dirname, '../../../shared/data/online-retail/online-retail.csv.gz')
/** December 2010: real orders that are imported and learned from in seconds. */
const LINES = 40_000

function sampleFolder(): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'endcap-retail-')), 'online-retail')
  mkdirSync(folder)
  const lines = gunzipSync(readFileSync(SOURCE)).toString('utf8').split('\n').slice(0, LINES)
  writeFileSync(join(folder, 'online-retail.csv.gz'), gzipSync(`${lines.join('\n')}\n`))
  return folder
}

describe.skipIf(!existsSync(SOURCE))('the demo of Online Retail in a browser (needs ../shared/data)', () => {
  let demo: DemoServer
  let browser: Browser
  let folder: string
  beforeAll(async () => {
    folder = sampleFolder()
    demo = await startDemo('--data', folder)
    browser = await launch()
  })
  afterAll(async () => {
    await browser?.close()
    await demo?.stop()
    rmSync(join(folder, '..'), { recursive: true, force: true })
  })

  test('a shop of 2010 without pictures, categories and ages lives on from its last event', async () => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
    const page = await context.newPage()
    page.setDefaultTimeout(30_000)
    const shop = new ShopPage(page)
    await shop.open(demo.url)
    expect(await shop.kinds()).toEqual(
      expect.arrayContaining(['A visitor', 'Light', 'Heavy', 'Price-sensitive']),
    )
    expect(await shop.kinds()).not.toContain('Gen Z')
    expect(await shop.cards('home')).toHaveLength(12)
    expect(await barriers(page)).toEqual([])

    const { name } = await shop.card('home', 4)
    await shop.settled('home', () => shop.shelf('home').getByRole('button', { name, exact: true }).click())
    await shop.shelf('product').locator('.card').first().waitFor()
    expect(await shop.fact('newest event')).toMatch(/^\d+ (ms|s) old$/)
    await shop.press('home', (await shop.card('home', 0)).sku, 'Wish')
    expect((await shop.card('home', 0)).reasons.length).toBeGreaterThan(0)
    await shop.settled('cart', async () => shop.press('home', (await shop.card('home', 2)).sku, 'To basket'))
    await shop.settled('home', () =>
      shop.panel('Basket').getByRole('button', { name: 'Buy the basket' }).click(),
    )
    await shop.settled('home', () => shop.slider().press('Home'))
    expect(await shop.slider().getAttribute('aria-valuetext')).toMatch(/ Dec 2010$/)
    expect(shop.complaints).toEqual([])
  })
})
