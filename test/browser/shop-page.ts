import type { Locator, Page } from 'playwright-core'
import { watch } from './watched-page.ts'

/** A product as a shelf shows it. */
export type ShownCard = {
  readonly sku: string
  readonly name: string
  /** Drivers of the bar, the largest first. */
  readonly drivers: readonly string[]
  /** All of them, the minor ones too. */
  readonly reasons: readonly string[]
  readonly newReasons: readonly string[]
}

/** The demo's page as a person uses it: by labels and names, not by its code. */
export class ShopPage {
  readonly page: Page
  /** What the page complained of so far. */
  readonly complaints: readonly string[]

  constructor(page: Page) {
    this.page = page
    this.complaints = watch(page)
  }

  /** Opens the shop and waits for its first shelf. @throws Error with what the page shows in its place */
  async open(url: string): Promise<void> {
    await this.page.goto(url)
    const card = this.shelf('home').locator('.card').first()
    await card.waitFor().catch(async (cause: unknown) => {
      const shown = await this.page.locator('body').innerText()
      throw new Error(`no shelf; it shows '${shown}' and says '${this.complaints.join()}'`, { cause })
    })
  }

  shelf = (id: string): Locator => this.page.locator(`[data-shelf="${id}"]`)

  /** The kinds that can be picked, in order. */
  kinds = (): Promise<readonly string[]> =>
    this.page
      .getByRole('group', { name: 'See the shop as somebody' })
      .getByRole('radio')
      .evaluateAll((radios) => radios.map((radio) => radio.closest('label')?.textContent ?? ''))

  /** Sees the shop as somebody of a kind. */
  async pick(kind: string): Promise<void> {
    const radio = this.page.getByRole('radio', { name: kind, exact: true })
    if (await radio.isChecked()) return
    await this.settled('home', () => radio.check())
  }

  /** Does something, and waits until a shelf shows another answer than before. */
  async settled(shelf: string, act: () => Promise<unknown>): Promise<void> {
    const decision = () =>
      this.shelf(shelf)
        .getAttribute('data-decision')
        .catch(() => null)
    const before = (await this.shelf(shelf).count()) === 0 ? null : await decision()
    await act()
    await this.page.waitForFunction(
      ({ id, old }) => {
        const now = document.querySelector(`[data-shelf="${id}"]`)?.getAttribute('data-decision')
        return now !== undefined && now !== null && now !== old
      },
      { id: shelf, old: before },
    )
  }

  cards = (id: string): Promise<readonly ShownCard[]> =>
    this.shelf(id)
      .locator('.card')
      .evaluateAll((cards) => {
        const texts = (card: Element, query: string) =>
          [...card.querySelectorAll(query)].map((node) => node.lastChild?.textContent ?? '')
        return cards.map((card) => ({
          sku: card.getAttribute('data-sku') ?? '',
          name: card.querySelector('.name')?.textContent ?? '',
          drivers: [...card.querySelectorAll('.bar [data-driver]')].map(
            (part) => part.getAttribute('data-driver') ?? '',
          ),
          reasons: texts(card, 'details .reason'),
          newReasons: texts(card, '.reasons li.is-new'),
        }))
      })

  reasons = async (id: string): Promise<readonly string[]> =>
    (await this.cards(id)).flatMap(({ reasons }) => reasons)

  skus = async (id: string): Promise<readonly string[]> => (await this.cards(id)).map(({ sku }) => sku)

  /** The card at a place of a shelf. @throws Error if the shelf is shorter */
  async card(id: string, place: number): Promise<ShownCard> {
    const card = (await this.cards(id))[place]
    if (card === undefined) throw new Error(`shelf '${id}' has no place ${place}`)
    return card
  }

  /** Presses a button of a product's card. @param name `Wish`, `To basket`, `Buy` */
  press(id: string, sku: string, name: string): Promise<void> {
    const card = this.shelf(id).locator(`[data-sku="${sku}"]`)
    return this.settled('home', () => card.getByRole('button', { name: new RegExp(`${name}:`) }).click())
  }

  /** Waits until a panel says something: it is read anew on its own, after or before the shelf is. @throws TimeoutError */
  panelShows = (name: string, text: string): Promise<void> =>
    this.panel(name).filter({ hasText: text }).waitFor()

  panel = (name: string): Locator => this.page.getByRole('region', { name, exact: true })
  consent = (name: string): Locator => this.page.getByRole('switch', { name: new RegExp(`^${name}`) })
  slider = (): Locator => this.page.getByRole('slider', { name: /As of/ })
  who = (): Promise<string> => this.page.getByTestId('who').innerText()
  changes = (): Promise<string> => this.shelf('home').getByRole('status').innerText()

  /** What the status line says of the newest answer. */
  async fact(name: string): Promise<string> {
    const line = this.page.locator('dl.status > div').filter({ hasText: name })
    return line.locator('dd').innerText()
  }
}
