import type { ItemSource } from './source.ts'

/** What everybody buys in one window; of all time where no time is known. */
export const popularWithin = (days: number): ItemSource => ({
  name: `popular-${days}d`,
  driver: 'popularity',
  propose: ({ figures }, limit) => figures.mostBought(days, limit),
})
