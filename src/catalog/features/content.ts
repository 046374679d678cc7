import { type FeatureColumn, featureColumn } from '../../algebra/feature-column.ts'
import {
  amount,
  greatest,
  minus,
  orElseFeature,
  productField,
  ratio,
  read,
  request,
} from '../../algebra/feature-expression.ts'
import { DAY_MS } from '../../core/duration.ts'
import { productActivity } from '../views/product-activity.ts'

const firstSoldAt = read(
  { view: productActivity, window: 'last_365d' },
  { kind: 'firstTile', measure: 'purchases' },
)

/** What is known of the product itself. */
export const contentFeatures: readonly FeatureColumn[] = [
  featureColumn({
    name: 'item_age',
    driver: 'content',
    unit: 'days',
    min: 0,
    max: Infinity,
    meaning:
      'since it became available (`available_from`), else since it was first bought, at most 365 days back',
    missing: 'neither is known: it is new, or never sold',
    value: greatest(
      amount(0),
      ratio(
        minus(request('asOf'), orElseFeature(productField('available_from'), firstSoldAt)),
        amount(DAY_MS),
      ),
    ),
  }),
  featureColumn({
    name: 'stock',
    driver: 'content',
    unit: 'units',
    min: 0,
    max: 1_000_000_000,
    meaning: 'units in stock now',
    missing: 'stock is not tracked: it counts as in stock',
    value: productField('inventory'),
  }),
]
