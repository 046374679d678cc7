/** What became of somebody's data in one store. */
export type ErasedStore = {
  readonly store: string
  /** `removed`: nothing of theirs is in its files; `nothing_found`: nothing was; `not_reached`: not ours to look at. */
  readonly outcome: 'removed' | 'nothing_found' | 'not_reached'
  /** Epoch ms; null unless removed. */
  readonly removed_at: number | null
  readonly [detail: string]: unknown
}

/** What an erasure did: printed, and kept in the data folder. It names nobody. */
export type Certificate = {
  readonly format: 1
  /** HMAC-SHA-256 of the customer id under the folder's key, hex. */
  readonly person: string
  /** Epoch ms. */
  readonly requested_at: number
  /** Epoch ms; when the last file with their data was gone. */
  readonly removed_at: number | null
  /** Unchanged: erased records keep their offsets. */
  readonly log_position: number
  /** Records erased, by topic. */
  readonly records: Readonly<Record<string, number>>
  /** Duplicates and refused events erased from inside logged bodies. */
  readonly duplicates_and_refused: number
  readonly dead_letters: number
  readonly sessions: number
  readonly orders: number
  /** Visits and orders that another customer is in too: their id stays with that customer's records. */
  readonly shared_ids: number
  readonly stores: readonly ErasedStore[]
}

/** The certificate once everything is gone. */
export const completed = (certificate: Certificate, removedAt: number): Certificate => ({
  ...certificate,
  removed_at: removedAt,
  stores: certificate.stores.map((store) =>
    store.outcome === 'removed' ? { ...store, removed_at: removedAt } : store,
  ),
})

export const certificateName = ({ requested_at: at, person }: Certificate): string =>
  `${at}-${person.slice(0, 16)}.json`
