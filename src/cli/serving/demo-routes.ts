import { shopperProduct } from '../../catalog/views/shopper-product.ts'
import type { ShopState } from '../../recommend/shop-state.ts'
import { pageRoutes } from '../../serving/routes/page.ts'
import type { RoutePlugin } from '../../serving/server.ts'

/** How many shoppers of each kind the page offers. */
const EACH_KIND = 4
/** Customers that are looked at; enough to find every kind in a large shop. */
const LOOKED_AT = 5000

type DemoShopper = { readonly customer_id: string; readonly label: string }

/** The page at `/`, and the shoppers that it offers. */
export function demoRoutes(state: ShopState): readonly RoutePlugin[] {
  const shoppers = demoShoppers(state)
  return [
    pageRoutes(new URL('../../web/shop/', import.meta.url).pathname),
    (app) => {
      app.get('/demo/shoppers', { config: { scope: 'recommend' }, schema: { hide: true } }, async () => ({
        shoppers,
      }))
    },
  ]
}

/** Heavy, middling, light and new buyers among those who consent to personalisation. */
export function demoShoppers(state: ShopState): readonly DemoShopper[] {
  const purchases = Object.keys(shopperProduct.measures).indexOf('purchases')
  const buyers = [...state.entities('customers')]
    .filter((customer) => consents(customer['consent']))
    .slice(0, LOOKED_AT)
    .map((customer) => {
      const id = String(customer['customer_id'])
      const tiles = [...state.ownerTiles(shopperProduct.name, `c:${id}`)]
      return { id, bought: tiles.reduce((sum, { values }) => sum + Number(values[purchases]), 0) }
    })
    .toSorted((a, b) => b.bought - a.bought || (a.id < b.id ? -1 : 1))
  const some = buyers.filter(({ bought }) => bought > 0)
  const middle = Math.floor(some.length / 2)
  return [
    ...some.slice(0, EACH_KIND).map(labelled('heavy')),
    ...some.slice(middle, middle + EACH_KIND).map(labelled('middling')),
    ...some.slice(-EACH_KIND).map(labelled('light')),
    ...buyers
      .filter(({ bought }) => bought === 0)
      .slice(0, EACH_KIND)
      .map(labelled('new')),
  ].filter(
    (shopper, index, all) => all.findIndex((other) => other.customer_id === shopper.customer_id) === index,
  )
}

const labelled =
  (kind: string) =>
  ({ id, bought }: { readonly id: string; readonly bought: number }): DemoShopper => ({
    customer_id: id,
    label: `${kind}: ${id} (${bought} ${bought === 1 ? 'purchase' : 'purchases'})`,
  })

const consents = (consent: unknown): boolean =>
  consent !== null &&
  typeof consent === 'object' &&
  'personalisation' in consent &&
  consent.personalisation === true
