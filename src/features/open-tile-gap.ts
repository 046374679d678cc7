import type { Gap } from '../compile/gap.ts'
import type { ViewPlan } from '../compile/plan.ts'
import { windowSpan } from '../compile/window.ts'

/** Why an engine that keeps tiles up to date cannot look into the middle of a past one. */
export const openTileGap = (version: string): Gap => ({
  kind: 'never',
  reason:
    'windows at an instant inside a past tile: a tile that is kept up to date holds all its rows so far; ' +
    'online, a past as_of is rounded down to a tile, and exact past reads come from the lake',
  version,
})

/** Whether every window of the view, as of the instant, ends where a tile ends. */
export const endsWithTile = (plan: ViewPlan, asOf: number): boolean =>
  Object.values(plan.view.windows).every(
    (window) => windowSpan(window, asOf, plan.tileMs).to % plan.tileMs === 0,
  )
