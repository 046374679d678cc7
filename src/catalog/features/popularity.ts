import { type FeatureColumn, featureColumn } from '../../algebra/feature-column.ts'
import { amount, plus, ratio, times, windowed } from '../../algebra/feature-expression.ts'
import { productActivity } from '../views/product-activity.ts'

const WINDOW_DAYS = [7, 30, 90] as const
const bought = (days: (typeof WINDOW_DAYS)[number]) =>
  windowed({ view: productActivity, window: `last_${days}d` }, 'purchases')

const column = (definition: Omit<FeatureColumn, 'kind' | 'driver' | 'min' | 'max'>) =>
  featureColumn({ driver: 'popularity', min: 0, max: Infinity, ...definition })

/** How the product sells to everybody. */
export const popularityFeatures: readonly FeatureColumn[] = [
  ...WINDOW_DAYS.map((days) =>
    column({
      name: `purchases_${days}d`,
      unit: 'lines',
      meaning: `order lines with the product in ${days} days`,
      missing: '',
      value: bought(days),
    }),
  ),
  column({
    name: 'trend',
    unit: 'ratio',
    meaning:
      '(30 x `purchases_7d` + 30) / (7 x `purchases_30d` + 30): 1 if it sells as before, also if it sells little',
    missing: '',
    value: ratio(
      plus(times(amount(30), bought(7)), amount(30)),
      plus(times(amount(7), bought(30)), amount(30)),
    ),
  }),
  column({
    name: 'conversion',
    unit: 'ratio',
    meaning: 'order lines / looks in 30 days; above 1 where much is bought without a look',
    missing: 'nobody looked',
    value: ratio(bought(30), windowed({ view: productActivity, window: 'last_30d' }, 'views')),
  }),
]
