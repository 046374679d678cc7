import type { Predicate } from './expression.ts'
import type { Stream } from './stream.ts'

/**
 * Puts the words of an entity beside each row of a stream: those of the version that was valid at the row's instant, so
 * that a person who moves, or turns forty, leaves the past where it was. Of the versions with `at` not after the row's
 * the last by the total order is valid; a row before the first version is in no view with the join.
 *
 * It is a *derived* construct: a version that comes later moves rows of the past, so only engines that see the whole
 * history compute it.
 */
export type VersionJoin = {
  readonly kind: 'versionJoin'
  /** The versions, as a stream over an entity source. Its words other than `on` are seen by the view. */
  readonly versions: Stream
  /** Word column of both streams whose equal values belong together. */
  readonly on: string
  /**
   * Asked of the last version of all, also of one after the view's instant: where it is false nothing of this entity
   * counts, neither before nor after. Consent is asked so: who takes it back is gone from every sum.
   */
  readonly ofWhom: Predicate
}

export const versionJoin = (definition: Omit<VersionJoin, 'kind'>): VersionJoin =>
  Object.freeze({ kind: 'versionJoin', ...definition })

/** Columns of the versions that a view sees: all but the one that is joined on and the instant. */
export const joinedWords = ({ versions, on }: VersionJoin): readonly string[] =>
  Object.keys(versions.columns).filter((name) => name !== on && name !== versions.at)
