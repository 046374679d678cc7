import { type FeatureColumn, featureColumn } from '../../algebra/feature-column.ts'
import {
  amount,
  type FeatureExpression,
  plus,
  ratio,
  times,
  windowed,
} from '../../algebra/feature-expression.ts'
import { SHRINKAGE } from '../readings/segment-share.ts'
import { segmentProduct } from '../views/segment-product.ts'

/** Key columns that are rolled up, from everybody to the narrowest segment. */
const LEVELS = [['generation', 'gender', 'region'], ['gender', 'region'], ['gender'], []] as const

const bought = (over: readonly string[]) =>
  windowed({ view: segmentProduct, window: 'last_90d', over }, 'purchases')

/** Share of the product in what a level buys, shrunk to the level above; of everybody as it is. */
function shareAt(level: number): FeatureExpression {
  const over = LEVELS[level] ?? []
  const [of, all] = [bought(over), bought([...over, 'sku'])]
  if (level === 0) return ratio(of, all)
  return ratio(plus(of, times(amount(SHRINKAGE), shareAt(level - 1))), plus(all, amount(SHRINKAGE)))
}

const share = shareAt(LEVELS.length - 1)
const missing = 'the segment is not known or may not be used, or nobody in a segment bought anything'

const column = (definition: Omit<FeatureColumn, 'kind' | 'driver' | 'missing' | 'unit' | 'min'>) =>
  featureColumn({ driver: 'demographics', unit: 'ratio', min: 0, missing, ...definition })

/** What people of the same generation, gender and region buy; without consent all of it is missing. */
export const demographicsFeatures: readonly FeatureColumn[] = [
  column({
    name: 'segment_share',
    max: 1,
    meaning: `share of the product in what the shopper’s generation x gender x region buys in 90 days, shrunk to generation x region, to the generation and to everybody, by ${SHRINKAGE} lines each`,
    value: share,
  }),
  column({
    name: 'segment_lift',
    max: Infinity,
    meaning: '`segment_share` / share of the product in what everybody in a segment buys',
    value: ratio(share, shareAt(0)),
  }),
]
