/**
 * What an engine does not do, said by type instead of by a failure: `notImplemented` (nobody wrote it),
 * `notYet` (the engine is announced to learn it), `never` (against what the engine is).
 */
export type Gap = {
  readonly kind: 'notImplemented' | 'notYet' | 'never'
  /** For people: what goes wrong, and where to turn instead. */
  readonly reason: string
  /** Version of the engine on which it was seen. */
  readonly version: string
}
