/** An LMDB environment, as far as a transaction needs it. */
export type Batching = { readonly batch: (action: () => void) => PromiseLike<unknown> }

/** How long the reason of a failed commit may take to be told, ms. */
const REASON_MS = 1000

/**
 * Writes in one transaction. All promises that LMDB makes on the way are looked at: with lmdb 3.5.6 a failed commit
 * rejects one for the batch, one for its writes, and one with the reason, each of which would end the process if
 * nobody saw it.
 *
 * @throws what the commit failed with
 */
export async function inOneTransaction(
  root: Batching,
  writes: Iterable<() => PromiseLike<unknown>>,
): Promise<void> {
  const pending = new Set<PromiseLike<unknown>>()
  const committed = root.batch(() => {
    for (const write of writes) pending.add(write())
  })
  const [failed] = (await Promise.allSettled([committed, ...pending])).flatMap((outcome) =>
    outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
  )
  if (failed !== undefined) throw await reasonOf(failed)
}

/** What is behind 'Commit failed (see commitError for details)'. */
async function reasonOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || !('commitError' in error)) return error
  const late = new Promise((resolve) => setTimeout(resolve, REASON_MS, error).unref())
  return Promise.race([
    Promise.resolve(error.commitError).then(
      () => error,
      (reason: unknown) => reason,
    ),
    late,
  ])
}
