import { type FeatureColumn, featureColumn } from '../../algebra/feature-column.ts'
import {
  amount,
  type FeatureExpression,
  fromOn,
  minus,
  plus,
  ratio,
  request,
  times,
  windowed,
} from '../../algebra/feature-expression.ts'
import { DAY_MS } from '../../core/duration.ts'
import { productActivity } from '../views/product-activity.ts'

/** The four weeks lie around the instant a year ago, so their first day is 379 days back. */
export const SEASON_HISTORY_DAYS = 379
const YEAR_DAYS = 365
const SEASON_DAYS = 28
/** Lines that are expected in four weeks before a product’s own season outweighs its category’s, and that the shop’s. */
const SHRINKAGE_LINES = 20

const historyDays = ratio(minus(request('asOf'), request('historyStart')), amount(DAY_MS))
const bought = (window: string, of: 'item' | 'category') =>
  windowed({ view: productActivity, window, of }, 'purchases')

/** Sales of the season / a year's mean for as long, shrunk to `towards`. */
function index(of: 'item' | 'category', towards: FeatureExpression): FeatureExpression {
  const expected = times(bought('last_365d', of), amount(SEASON_DAYS / YEAR_DAYS))
  const shrinkage = amount(SHRINKAGE_LINES)
  return ratio(
    plus(bought('same_four_weeks_last_year', of), times(shrinkage, towards)),
    plus(expected, shrinkage),
  )
}

const isKnown = (then: FeatureExpression, otherwise: FeatureExpression) =>
  fromOn(historyDays, SEASON_HISTORY_DAYS, then, otherwise)

const column = (definition: Omit<FeatureColumn, 'kind' | 'driver' | 'missing'>) =>
  featureColumn({ driver: 'season', missing: '', ...definition })

/** Whether it is the time of the year for the product. */
export const seasonFeatures: readonly FeatureColumn[] = [
  column({
    name: 'season_index',
    unit: 'ratio',
    min: 0,
    max: Infinity,
    meaning: `order lines in the four weeks around this day a year ago / what four weeks of the last year have on average; shrunk to the index of its category, and that to 1, by ${SHRINKAGE_LINES} lines. 1 where the shop has less than ${SEASON_HISTORY_DAYS} days of history: see \`season_known\``,
    value: isKnown(index('item', index('category', amount(1))), amount(1)),
  }),
  column({
    name: 'season_known',
    unit: 'flag',
    min: 0,
    max: 1,
    meaning: `1 if the shop has ${SEASON_HISTORY_DAYS} days of history, else 0: then the season index says nothing`,
    value: isKnown(amount(1), amount(0)),
  }),
]
