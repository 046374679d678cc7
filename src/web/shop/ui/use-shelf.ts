import { useEffect, useState } from 'react'
import { recommend } from '../api/client.ts'
import { type Problem, problemOfError } from '../api/problem.ts'
import type { RecommendationRequest, Recommendations } from '../api/wire.ts'
import { type ShelfChanges, shelfChanges, UNCHANGED } from '../logic/shelf-changes.ts'

export type ShelfState = {
  readonly answer: Recommendations | null
  /** Against the answer before, if that was to the same shopper on the same page. */
  readonly changes: ShelfChanges
  /** From asking to having the answer, ms. */
  readonly roundTripMs: number | null
  readonly problem: Problem | null
}

const NOTHING: ShelfState = { answer: null, changes: UNCHANGED, roundTripMs: null, problem: null }

/** Names what an answer may be compared with: the same shopper on the same page, whatever was done meanwhile. */
const identityOf = ({ customer_id, context }: RecommendationRequest): string =>
  `${customer_id ?? ''} ${context.page} ${context.sku ?? ''}`

/**
 * The answer to a request, asked anew when it changes or the shop knows something new.
 * @param request null: nothing is asked
 * @param turn goes up when the shop knows something new
 */
export function useShelf(request: RecommendationRequest | null, turn: number): ShelfState {
  const [state, setState] = useState<ShelfState & { readonly identity: string }>({ ...NOTHING, identity: '' })
  const key = JSON.stringify(request)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the turn asks again for the same request
  useEffect(() => {
    const question: RecommendationRequest | null = JSON.parse(key)
    if (question === null) return setState({ ...NOTHING, identity: '' })
    const asking = new AbortController()
    const startedAt = performance.now()
    const identity = identityOf(question)
    recommend(question, asking.signal)
      .then((answer) => {
        if (asking.signal.aborted) return
        const roundTripMs = performance.now() - startedAt
        setState((before) => {
          const compared = before.identity === identity ? (before.answer?.items ?? null) : null
          return {
            answer,
            changes: shelfChanges(compared, answer.items),
            roundTripMs,
            problem: null,
            identity,
          }
        })
      })
      .catch((error: unknown) => {
        if (asking.signal.aborted) return
        setState((before) => ({ ...before, problem: problemOfError(error) }))
      })
    return () => asking.abort()
  }, [key, turn])
  return state
}
