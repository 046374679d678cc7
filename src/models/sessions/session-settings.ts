/** Everything that the sessions model can be set to, with its default and meaning. @source ALGORITHMS, section 4 */
export const SESSION_SETTINGS = Object.freeze({
  /** An event `age` events before the last counts exp(-age / decay). */
  decay: 2,
  /** Last events of the session that are compared. */
  events: 50,
  /** Of the sessions that hold an item, the latest so many are compared. */
  recentSessions: 5000,
  /** Most similar sessions whose items are scored. */
  neighbours: 500,
  /** Share of the score that comes from what followed an item directly or soon, 1 / gap. */
  transitionShare: 0.15,
  /** Events after an item that count as following it. */
  reach: 10,
  /** Weight of an item's share of events: decides where nothing else is known. */
  popularityWeight: 0.001,
})

export type SessionSettings = { readonly [Name in keyof typeof SESSION_SETTINGS]: number }
