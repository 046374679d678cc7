import { ProblemError, problemOf } from './problem.ts'
import type {
  Bundle,
  BundleRequest,
  Customer,
  EventsAnswer,
  Look,
  RecommendationRequest,
  Recommendations,
  ShopFacts,
  ShopperKind,
  SimilarItem,
} from './wire.ts'

async function call<T>(path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const sent =
    body === undefined
      ? {}
      : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const response = await fetch(path, { ...sent, ...(signal === undefined ? {} : { signal }) })
  if (!response.ok)
    throw new ProblemError(problemOf(response.status, await response.json().catch(() => null)))
  return (await response.json()) as T
}

export const shopFacts = (): Promise<ShopFacts> => call('/demo/shop')

export const shopperKinds = async (): Promise<readonly ShopperKind[]> =>
  (await call<{ kinds: readonly ShopperKind[] }>('/demo/shoppers')).kinds

export const shopper = (
  id: string,
): Promise<{ readonly customer: Customer; readonly wishlist: readonly string[] }> =>
  call(`/demo/shoppers/${encodeURIComponent(id)}`)

/** How products look; those that the shop does not have are left out. */
export const looks = async (skus: readonly string[]): Promise<readonly Look[]> =>
  (await call<{ products: readonly Look[] }>(`/demo/products?skus=${encodeURIComponent(skus.join(','))}`))
    .products

export const recommend = (request: RecommendationRequest, signal: AbortSignal): Promise<Recommendations> =>
  call('/v1/recommendations', request, signal)

export const similar = async (
  sku: string,
  limit: number,
  signal: AbortSignal,
): Promise<readonly SimilarItem[]> =>
  (
    await call<{ items: readonly SimilarItem[] }>(
      `/v1/products/${encodeURIComponent(sku)}/similar?limit=${limit}`,
      undefined,
      signal,
    )
  ).items

export const bundles = async (request: BundleRequest, signal: AbortSignal): Promise<readonly Bundle[]> =>
  (await call<{ bundles: readonly Bundle[] }>('/v1/bundles', request, signal)).bundles

/** Resolves once the events are on disk and in the state. @throws ProblemError also if one was refused */
export async function postEvents(events: readonly object[]): Promise<void> {
  const { results } = await call<EventsAnswer>('/v1/events', events)
  const refused = results.find(({ status }) => status === 'refused')
  if (refused === undefined) return
  throw new ProblemError({
    title: 'The event was refused',
    detail: refused.reason ?? 'No reason was given.',
    remedy: 'It is kept as a dead letter.',
    reference: null,
  })
}
