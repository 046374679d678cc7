/** What `endcap.config.ts` is written with: `import { defineShop, view, count } from 'endcap'`. */
export * from './algebra/expression.ts'
export { count, latest, max, min, sum, type View, view } from './algebra/view.ts'
export { defineShop, type Shop } from './catalog/shop.ts'
export { interactions } from './catalog/streams/interactions.ts'
