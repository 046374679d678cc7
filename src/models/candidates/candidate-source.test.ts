import { segmentSales } from '../../recommend/segment-sales.ts'
import { type AffinityTable, affinity, ShopAffinity } from './affinity.ts'
import { candidateSourceContract } from './candidate-source.contract.ts'
import { complements } from './complements.ts'
import { exploration } from './exploration.ts'
import { newcomers } from './newcomers.ts'
import { onOffer } from './on-offer.ts'
import { popular } from './popular.ts'
import { preferences } from './preferences.ts'
import { repurchase } from './repurchase.ts'
import { season } from './season.ts'
import { segment } from './segment.ts'
import { sessions } from './sessions.ts'

/** A mug goes with a saucer and, less, a spoon; one product the shop has no more. */
const table: AffinityTable = {
  skus: ['mug', 'gone', 'saucer', 'spoon'],
  weights: {
    itemCount: 4,
    starts: Int32Array.of(0, 3, 3, 3, 3),
    targets: Int32Array.of(1, 2, 3),
    weights: Float32Array.of(9, 4, 2),
  },
}

candidateSourceContract('repurchase', ({ shop }) => repurchase(shop.items))
candidateSourceContract('affinity', ({ shop }) => {
  const model = new ShopAffinity(shop.items, table)
  return affinity(shop.items, () => model)
})
candidateSourceContract('complements', ({ shop }) => complements(shop.items, shop.histories.baskets))
candidateSourceContract('sessions', ({ shop }) => sessions(shop.items, shop.histories.visits))
candidateSourceContract('preferences', ({ shop }) => preferences(shop.items, shop.sales.at))
candidateSourceContract('popular', ({ shop }) => popular(shop.items, shop.sales.at))
candidateSourceContract('season', ({ shop }) => season(shop.sales.at))
candidateSourceContract('on offer', ({ shop }) => onOffer(shop.items, shop.deals.at))
candidateSourceContract('newcomers', ({ shop }) => newcomers(shop.items, shop.content, shop.sales.at))
candidateSourceContract('exploration', ({ shop }) => exploration(shop.items, shop.sales.at))
candidateSourceContract('segment', ({ shop }) => {
  const row = (region: string, sku: string, purchases: number) => ({
    key: ['millennials', 'female', region, sku],
    values: [0, purchases, purchases],
  })
  const rows = [row('GB', 'mug', 60), row('GB', 'gone', 30), row('FR', 'tent', 70)]
  const snapshot = { asOf: Date.UTC(2026, 5, 14), position: 0, days: 90, rows }
  return segment(segmentSales(shop.items, () => snapshot))
})
