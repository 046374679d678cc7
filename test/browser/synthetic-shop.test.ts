import type { Browser, BrowserContext } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { barriers, launch } from './browser-suite.ts'
import { type DemoServer, startDemo } from './demo-server.ts'
import { ShopPage } from './shop-page.ts'

let demo: DemoServer
let browser: Browser
beforeAll(async () => {
  demo = await startDemo()
  browser = await launch()
})
afterAll(async () => {
  await browser?.close()
  await demo?.stop()
})

let context: BrowserContext
let shop: ShopPage
beforeEach(async () => {
  context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  const page = await context.newPage()
  page.setDefaultTimeout(30_000)
  shop = new ShopPage(page)
  await shop.open(demo.url)
})
afterEach(() => context.close())

const KINDS = ['A visitor', 'New', 'Light', 'Heavy', 'Gen Z', 'Boomer', 'Price-sensitive']

describe('the demo shop in a browser', () => {
  test('every kind of shopper has a shelf of their own, with reasons, and one line of who that is', async () => {
    expect(await shop.kinds()).toEqual(KINDS)
    const seen = new Map<string, string>()
    for (const kind of KINDS) {
      await shop.pick(kind)
      const cards = await shop.cards('home')
      expect(cards, kind).toHaveLength(12)
      expect(
        cards.filter(({ reasons }) => reasons.length === 0),
        kind,
      ).toEqual([])
      expect((await shop.who()).length, kind).toBeGreaterThan(20)
      seen.set(kind, cards.map(({ sku }) => sku).join())
    }
    expect(new Set(['A visitor', 'Heavy', 'Gen Z', 'Boomer'].map((kind) => seen.get(kind))).size).toBe(4)
    await shop.pick('Heavy')
    const drivers = new Set((await shop.cards('home')).flatMap((card) => card.drivers))
    expect([...drivers]).toEqual(expect.arrayContaining(['history', 'affinity', 'popularity']))
    expect(shop.complaints).toEqual([])
  })

  test('the contributions of a card add up to its score', async () => {
    const card = shop.shelf('home').locator('.card').first()
    await card.getByText('How the score adds up').click()
    const figures = await card.locator('details td').allInnerTexts()
    const numbers = figures.map((text) => Number(text.replace('−', '-')))
    const score = numbers.pop() ?? Number.NaN
    const sum = numbers.reduce((total, value) => total + value, 0)
    // Each is rounded to three places.
    expect(Math.abs(sum - score)).toBeLessThanOrEqual(0.0005 * (numbers.length + 1))
    expect(shop.complaints).toEqual([])
  })

  test('a click opens the product with what goes with it, and the shelf says so at once', async () => {
    await shop.pick('New')
    const { sku, name } = await shop.card('home', 2)
    expect((await shop.reasons('home')).filter((text) => text.includes('just now'))).toEqual([])
    const opening = shop.shelf('home').getByRole('button', { name, exact: true })
    await shop.settled('home', () => opening.click())
    await shop.page.getByRole('heading', { name, level: 2 }).waitFor()
    expect((await shop.reasons('home')).filter((text) => text.includes('just now'))).not.toEqual([])
    expect(await shop.changes()).toMatch(/^What changed: /)
    await shop.panelShows('What you did', `looked at ${name}`)
    await shop.shelf('product').locator('.card').first().waitFor()
    expect(await shop.skus('product')).not.toContain(sku)
    expect(await shop.fact('newest event')).toMatch(/^\d+ (ms|s) old$/)
    await shop.page.goBack()
    await shop.shelf('product').waitFor({ state: 'detached' })
    expect(shop.complaints).toEqual([])
  })

  test('a wish, a basket and an order each change the shelf and its reasons', async () => {
    await shop.pick('Light')
    const before = await wishlistOf(shop)
    // Every visit explores on its own: what is wished for already may stand anywhere, and a press takes it off.
    const wished = (await shop.cards('home')).find(({ sku }) => !before.includes(sku))
    if (wished === undefined) throw new Error('everything on the shelf is wished for already')
    await shop.press('home', wished.sku, 'Wish')
    await shop.panelShows('Wishlist', wished.name)
    expect(await wishlistOf(shop)).toContain(wished.sku)
    const takeOff = { name: `Take off the wishlist: ${wished.name}` }
    await shop.settled('home', () => shop.panel('Wishlist').getByRole('button', takeOff).click())
    expect(await wishlistOf(shop)).not.toContain(wished.sku)

    const carried = await shop.card('home', 1)
    await shop.settled('cart', () => shop.press('home', carried.sku, 'To basket'))
    await shop.panelShows('Basket', `1 × ${carried.name}`)
    const complements = await shop.skus('cart')
    expect(complements.length).toBeGreaterThan(0)
    expect(complements).not.toContain(carried.sku)

    await shop.settled('home', () =>
      shop.panel('Basket').getByRole('button', { name: 'Buy the basket' }).click(),
    )
    await shop.panelShows('Basket', 'Empty.')
    await shop.shelf('cart').waitFor({ state: 'detached' })
    const bought = await shop.card('home', 0)
    await shop.press('home', bought.sku, 'Buy')
    expect((await shop.reasons('home')).filter((text) => text.includes('just now'))).not.toEqual([])
    expect(shop.complaints).toEqual([])
  })

  test('a bundle goes into the basket as a whole, at its joint price', async () => {
    await shop.pick('Heavy')
    const { name } = await shop.card('home', 0)
    await shop.settled('home', () => shop.shelf('home').getByRole('button', { name, exact: true }).click())
    const bundle = shop.shelf('bundles').locator('.bundle').first()
    await bundle.waitFor()
    const price = await bundle.locator('.price strong').innerText()
    await shop.settled('cart', () => bundle.getByRole('button', { name: /^All to basket/ }).click())
    await shop.panel('Basket').locator('.lines > li').nth(1).waitFor()
    await shop.panelShows('Basket', price)
    expect(shop.complaints).toEqual([])
  })

  test('the slider shows the shelf of an earlier day, and whoever acts is back in the present', async () => {
    await shop.pick('Heavy')
    const now = await shop.skus('home')
    await shop.settled('home', () => shop.slider().press('Home'))
    expect(await shop.slider().getAttribute('aria-valuetext')).toMatch(/^\w{3}, \d+ \w+ \d{4}$/)
    const past = await shop.skus('home')
    expect(past).not.toEqual(now)
    await shop.settled('home', () => shop.page.getByRole('button', { name: 'Back to now' }).click())
    expect(await shop.slider().getAttribute('aria-valuetext')).toBe('now')
    await shop.settled('home', () => shop.slider().press('ArrowLeft'))
    await shop.press('home', await shop.card('home', 0).then(({ sku }) => sku), 'Wish')
    expect(await shop.slider().getAttribute('aria-valuetext')).toBe('now')
    expect(shop.complaints).toEqual([])
  })

  test("without consent to personalisation the shelf is a stranger's, and comes back with it", async () => {
    await shop.pick('Heavy')
    const id = await shopperIn(shop)
    const own = await plainAnswer(id)
    expect((await shop.reasons('home')).filter((text) => /\bYou\b/.test(text))).not.toEqual([])
    await shop.settled('home', () => shop.consent('personalisation').click())
    expect(await shop.consent('personalisation').isChecked()).toBe(false)
    expect(await shop.fact('personal')).toBe('no')
    expect(
      (await shop.reasons('home')).filter((text) => /\byou (chose|bought|looked)\b/i.test(text)),
    ).toEqual([])
    expect(await plainAnswer(id)).toEqual(await plainAnswer(null))
    expect(await plainAnswer(id)).not.toEqual(own)
    await shop.settled('home', () => shop.consent('personalisation').click())
    expect(await shop.fact('personal')).toBe('yes')
    expect(await plainAnswer(id)).toEqual(own)
    expect(shop.complaints).toEqual([])
  })

  test('without consent to demographics the shelf does not change with age, gender and place', async () => {
    await shop.pick('Gen Z')
    const id = await shopperIn(shop)
    await shop.settled('home', () => shop.consent('demographics').click())
    const drivers = (await shop.cards('home')).flatMap((card) => card.drivers)
    expect(drivers).not.toContain('demographics')
    const before = await plainAnswer(id)
    await becomes(shop, { birth_year: 1948, gender: 'male', location: 'US-CA' })
    expect(await plainAnswer(id)).toEqual(before)
    await shop.settled('home', () => shop.consent('training').click())
    expect(await shop.consent('training').isChecked()).toBe(false)
    expect(shop.complaints).toEqual([])
  })

  test('an answer that says no is shown as a readable problem', async () => {
    await shop.page.evaluate(() => {
      location.hash = '#/product/no-such-product'
    })
    const alert = shop.shelf('similar').getByRole('alert')
    await alert.waitFor()
    expect(await alert.innerText()).toMatch(/no product 'no-such-product'/)
    expect(await alert.innerText()).toContain('UNKNOWN_PRODUCT')
  })

  test('nothing shuts people out: at any width, in light and dark, with a product and a basket open', async () => {
    const { sku, name } = await shop.card('home', 0)
    await shop.settled('cart', () => shop.press('home', sku, 'To basket'))
    await shop.settled('home', () => shop.shelf('home').getByRole('button', { name, exact: true }).click())
    await shop.shelf('product').locator('.card').first().waitFor()
    expect(await barriers(shop.page)).toEqual([])
    await shop.page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
    await shop.page.setViewportSize({ width: 390, height: 844 })
    expect(await barriers(shop.page)).toEqual([])
    const overflow = await shop.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(overflow).toBeLessThanOrEqual(0)
    expect(shop.complaints).toEqual([])
  })

  test('everything can be reached and used with the keyboard alone', async () => {
    await shop.pick('Heavy')
    const { name } = await shop.card('home', 0)
    const focused = () =>
      shop.page.evaluate(() => {
        const node = document.activeElement
        return node?.closest('label')?.textContent ?? node?.textContent ?? ''
      })
    const reached: string[] = []
    await shop.page.evaluate(() => document.body.focus())
    for (let presses = 0; presses < 40 && !reached.some((text) => text.includes(name)); presses += 1) {
      await shop.page.keyboard.press('Tab')
      reached.push(await focused())
    }
    expect(reached.join(' | ')).toMatch(/Heavy.*Who.*personalisation.*demographics.*training/)
    expect(reached.at(-1)).toContain(name)
    await shop.settled('home', () => shop.page.keyboard.press('Enter'))
    await shop.page.waitForFunction(() => document.activeElement?.id === 'product-title')
    expect(shop.complaints).toEqual([])
  })
})

/** Who is in, by the picker. */
const shopperIn = (shop: ShopPage): Promise<string> =>
  shop.page.getByRole('combobox', { name: 'Who' }).inputValue()

/** The wishlist as the server has it. */
async function wishlistOf(shop: ShopPage): Promise<readonly string[]> {
  const id = await shopperIn(shop)
  const response = await fetch(`${demo.url}/demo/shoppers/${id}`)
  const { wishlist }: { readonly wishlist: readonly string[] } = await response.json()
  return wishlist
}

/** What the API answers to the same question, by score alone: nothing drawn, nothing mixed. */
async function plainAnswer(customerId: string | null): Promise<readonly unknown[]> {
  const asked = { ...(customerId === null ? {} : { customer_id: customerId }), diversity: 0, limit: 12 }
  const headers = { 'content-type': 'application/json' }
  const init = { method: 'POST', headers, body: JSON.stringify(asked) }
  const response = await fetch(`${demo.url}/v1/recommendations`, init)
  const { items }: { readonly items: readonly { readonly sku: string }[] } = await response.json()
  return items.slice(0, -1).map(({ sku }) => sku)
}

/** Posts a newer version of the shopper that is in, as the shop's own account page would. */
async function becomes(shop: ShopPage, change: Readonly<Record<string, unknown>>): Promise<void> {
  const id = await shopperIn(shop)
  await shop.page.evaluate(
    async ({ customerId, fields }) => {
      const { customer } = await (await fetch(`/v1/customers/${customerId}`)).json()
      const version = { ...customer, ...fields, updated_at: customer.updated_at + 1 }
      const headers = { 'content-type': 'application/json' }
      await fetch('/v1/events', { method: 'POST', headers, body: JSON.stringify(version) })
    },
    { customerId: id, fields: change },
  )
}
