import { definitionHash } from '../../algebra/definition-hash.ts'
import type { Catalog } from '../../catalog/catalog.ts'
import { features } from '../../catalog/features/features.ts'
import { productActivity } from '../../catalog/views/product-activity.ts'
import { productDiscounts } from '../../catalog/views/product-discounts.ts'
import { productPriceHistogram } from '../../catalog/views/product-price-histogram.ts'
import { segmentProduct } from '../../catalog/views/segment-product.ts'
import { shopperActivity } from '../../catalog/views/shopper-activity.ts'
import { shopperProduct } from '../../catalog/views/shopper-product.ts'
import { shopperRecent } from '../../catalog/views/shopper-recent.ts'
import { shopperWish } from '../../catalog/views/shopper-wish.ts'
import { EndcapError } from '../../core/errors.ts'
import { hash8 } from '../../core/hash.ts'
import type { Manifest } from '../../models/manifest.ts'
import type { RankerModel } from '../../models/rankers/ranker-model.ts'
import { RANKED_NAMES } from '../sources.ts'

/** Views that the sources read, whose values trees have learnt from; a test compares. Feature columns name theirs. */
export const VIEWS_OF_SOURCES = [
  productActivity,
  productDiscounts,
  productPriceHistogram,
  segmentProduct,
  shopperActivity,
  shopperProduct,
  shopperRecent,
  shopperWish,
] as const

/**
 * Hashes of all definitions that a model depends on, by name: the pair statistics that affinity is solved from; with a
 * ranker the views that the sources read, the list of the sources, and each feature column that it reads, with its view
 * and window.
 */
export function modelDefinitions(
  { pairs }: Pick<Catalog, 'pairs'>,
  ranker: Pick<RankerModel, 'featureNames'> | null,
): Readonly<Record<string, string>> {
  const definitions: Record<string, string> = {}
  for (const pair of pairs) definitions[`pairs ${pair.name}`] = definitionHash(pair)
  if (ranker === null) return definitions
  definitions['sources'] = hash8(RANKED_NAMES)
  for (const view of VIEWS_OF_SOURCES) definitions[`view ${view.name}`] = definitionHash(view)
  for (const column of features) {
    if (ranker.featureNames.includes(column.name)) definitions[`column ${column.name}`] = hash8(column.value)
  }
  return definitions
}

/**
 * @throws EndcapError INCOMPATIBLE_ARTEFACT naming what a model depends on and is defined otherwise here, or not at all:
 *   what it has learnt would be read off other numbers
 */
export function checkDefinitions(
  { definitions }: Pick<Manifest, 'definitions'>,
  here: Readonly<Record<string, string>>,
  place: string,
): void {
  const names = new Set([...Object.keys(definitions), ...Object.keys(here)])
  const others = [...names].filter((name) => definitions[name] !== here[name]).sort()
  if (others.length === 0) return
  throw new EndcapError('INCOMPATIBLE_ARTEFACT', `it depends on other definitions of ${others.join(', ')}`, {
    place,
  })
}
