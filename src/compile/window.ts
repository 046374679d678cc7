import type { Window } from '../algebra/view.ts'
import { durationMs, floorTo } from '../core/duration.ts'

/** Instants that a window covers: tiles with `from <= tileStart`, rows with `at < to`; epoch ms. */
export type Span = { readonly from: number; readonly to: number }

/**
 * The whole tiles from `floor(asOf - length)` on, plus the rows of the open tile with `at < asOf`. A shifted
 * window is the same at `asOf - shift`.
 */
export function windowSpan(window: Window, asOf: number, tileMs: number): Span {
  const to = asOf - (window.shift === undefined ? 0 : durationMs(window.shift))
  return { from: Math.max(0, floorTo(Math.max(0, to - durationMs(window.length)), tileMs)), to }
}
