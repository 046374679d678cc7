/** Epoch milliseconds, UTC. Passed as an argument wherever time matters, so that tests own it. */
export type Clock = () => number

export const systemClock: Clock = () => Date.now()

/** A clock that always answers `atMs`. */
export const fixedClock =
  (atMs: number): Clock =>
  () =>
    atMs
