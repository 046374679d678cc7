import Type from 'typebox'
import { Compile } from 'typebox/compile'
import type { View } from '../algebra/view.ts'
import { EndcapError } from '../core/errors.ts'
import { AccountingCurrency, type CurrencySetting } from './accounting-currency.ts'
import { type Catalog, catalog } from './catalog.ts'
import { PROFILES, type Profile, type StackSettings, StackShape } from './stack-settings.ts'

/** Where purchases come from: the topic `orders`, or the clickstream's `purchase` events of a shop without one. */
export const ORDER_SOURCES = ['orders', 'clickstream'] as const
export type OrderSource = (typeof ORDER_SOURCES)[number]

/** What a shop says of itself in `endcap.config.ts`; all of it may be left out. */
export type Shop = {
  /** `clickstream`: a `purchase` click also writes the order lines that it holds. Default `orders`. */
  readonly ordersFrom?: OrderSource
  /** IANA name, for season and calendar; not read yet. Statistics are UTC whatever it is. Default UTC. */
  readonly timezone?: string
  /** Absent: the file `currency.json` of the data folder, else the currency of the first product or order line. */
  readonly currency?: CurrencySetting
  /** Where events lie and who counts; `--profile` overrides it. Default `embedded`. */
  readonly profile?: Profile
  /** Where the engines of the profile `stack` are. Absent: those that `endcap stack up` started here. */
  readonly stack?: StackSettings
  /** Statistics of its own, beside those of the catalog. */
  readonly views?: readonly View[]
}

const ShopShape = Type.Object(
  {
    ordersFrom: Type.Optional(Type.Enum([...ORDER_SOURCES])),
    timezone: Type.Optional(Type.String()),
    currency: Type.Optional(
      Type.Object(
        {
          code: Type.Optional(Type.String()),
          rates: Type.Optional(Type.Record(Type.String(), Type.String())),
        },
        { additionalProperties: false },
      ),
    ),
    profile: Type.Optional(Type.Enum([...PROFILES])),
    stack: Type.Optional(StackShape),
    views: Type.Optional(Type.Array(Type.Object({ kind: Type.Literal('view'), name: Type.String() }))),
  },
  { additionalProperties: false },
)
const shape = Compile(ShopShape)

/**
 * Says what a shop is; for `export default` in `endcap.config.ts`.
 * @throws EndcapError BAD_DEFINITION for an unknown member, time zone or currency, or a view with a name that is taken
 */
export function defineShop(shop: Shop): Shop {
  const unknown = Object.keys(shop).find((name) => !(name in ShopShape.properties))
  if (unknown !== undefined) throw bad(`there is no setting '${unknown}'`)
  const [fault] = shape.Errors(shop)
  if (fault !== undefined) throw bad(`${fault.instancePath.slice(1) || 'it'}: ${fault.message}`)
  if (shop.timezone !== undefined) requireZone(shop.timezone)
  new AccountingCurrency(shop.currency)
  const taken = new Set([...catalog.views, ...catalog.batchViews].map(({ name }) => name))
  for (const { name } of shop.views ?? []) {
    if (taken.has(name)) throw bad(`there is a view '${name}' already`)
    taken.add(name)
  }
  return Object.freeze({ ...shop })
}

/** The catalog with what the shop added to it. */
export const catalogOf = ({ views = [] }: Shop): Catalog =>
  views.length === 0
    ? catalog
    : Object.freeze({
        ...catalog,
        views: [...catalog.views, ...views.filter(({ join }) => join === undefined)],
        batchViews: [...catalog.batchViews, ...views.filter(({ join }) => join !== undefined)],
      })

function requireZone(timezone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone })
  } catch (cause) {
    throw new EndcapError('BAD_DEFINITION', `there is no time zone '${timezone}'`, { place: PLACE, cause })
  }
}

const PLACE = 'endcap.config.ts'
const bad = (message: string) => new EndcapError('BAD_DEFINITION', message, { place: PLACE })
