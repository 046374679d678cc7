import type { Manifest } from '../manifest.ts'

/** What a model has to be, to become current without somebody saying so. */
export type Gates = {
  /** With fewer held-out shoppers the figures are noise, and nothing is judged by them. */
  readonly leastUsers: number
  /** Share of the ranking quality of what everybody buys that it has to reach. */
  readonly ofPopular: number
  /** Share of the ranking quality of the current model, as measured when that was trained, that it has to reach. */
  readonly ofCurrent: number
}

export const GATES: Gates = Object.freeze({ leastUsers: 200, ofPopular: 1, ofCurrent: 0.8 })

export type Verdict = {
  /** Whether the figures say anything: enough shoppers were held out. */
  readonly judged: boolean
  /** Why it may not become current; empty: it may. */
  readonly refusals: readonly string[]
}

const MEASURE = 'ndcg@10'

/**
 * Whether a trained model may become current. Figures are those of its manifest, measured on events later than it
 * learnt from. Two models were measured on other events, so the bar against the current one is a lower one.
 * @param current null before the first promotion
 */
export function judge(candidate: Manifest, current: Manifest | null, gates: Gates = GATES): Verdict {
  const { metrics } = candidate
  const users = metrics['evaluated_users'] ?? 0
  if (users < gates.leastUsers) return { judged: false, refusals: [] }
  const quality = metrics[MEASURE] ?? 0
  const bars = [
    { share: gates.ofPopular, of: metrics[`popular_${MEASURE}`], what: 'what everybody buys' },
    { share: gates.ofCurrent, of: current?.metrics[MEASURE], what: `the current model ${current?.version}` },
  ]
  const refusals = bars.flatMap(({ share, of, what }) =>
    of === undefined || quality >= share * of
      ? []
      : [`${MEASURE} ${quality} of ${users} shoppers is below ${share} x ${of}, that of ${what}`],
  )
  return { judged: true, refusals }
}
