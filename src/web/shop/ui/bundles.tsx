import { useEffect, useState } from 'react'
import { bundles as askBundles } from '../api/client.ts'
import { type Problem, problemOfError } from '../api/problem.ts'
import type { Bundle, BundleRequest, Look } from '../api/wire.ts'
import { type BasketLine, withJointDiscount } from '../logic/basket.ts'
import { money } from '../logic/money.ts'
import { Picture } from './picture.tsx'
import { ProblemNotice } from './problem-notice.tsx'
import { useShop } from './shop-context.ts'
import { useLooks } from './use-looks.ts'

type Props = {
  readonly title: string
  /** Around what the bundles are made; asked anew when it changes. */
  readonly request: BundleRequest
  readonly turn: number
}

/** What goes into one basket with a product or a basket, at a joint price. Nothing where there is nothing. */
export function Bundles({ title, request, turn }: Props) {
  const [found, setFound] = useState<readonly Bundle[]>([])
  const [problem, setProblem] = useState<Problem | null>(null)
  const key = JSON.stringify(request)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the turn asks again for the same request
  useEffect(() => {
    const asking = new AbortController()
    askBundles(JSON.parse(key), asking.signal)
      .then((answer) => {
        if (asking.signal.aborted) return
        setFound(answer)
        setProblem(null)
      })
      .catch((error: unknown) => {
        if (!asking.signal.aborted) setProblem(problemOfError(error))
      })
    return () => asking.abort()
  }, [key, turn])
  const book = useLooks([...new Set(found.flatMap(({ items }) => items.map(({ sku }) => sku)))])
  if (problem !== null) return <ProblemNotice problem={problem} />
  if (found.length === 0) return null
  return (
    <section className="shelf" aria-labelledby="bundles-title" data-shelf="bundles">
      <h2 id="bundles-title">{title}</h2>
      <ul className="bundles">
        {found.map((bundle) => (
          <BundleCard
            key={bundle.items.map(({ sku }) => sku).join()}
            bundle={bundle}
            looks={bundle.items.map(({ sku }) => book.of(sku))}
          />
        ))}
      </ul>
    </section>
  )
}

type CardProps = { readonly bundle: Bundle; readonly looks: readonly (Look | undefined)[] }

function BundleCard({ bundle, looks }: CardProps) {
  const { currency, deeds } = useShop()
  const lines = linesOf(bundle, looks)
  const named = bundle.items.map(({ product_name }) => product_name).join(' and ')
  return (
    <li className="card bundle">
      <ul className="parts">
        {bundle.items.map(({ sku, product_name, quantity }, place) => (
          <li key={sku}>
            <Picture name={product_name} look={looks[place]} />
            {quantity > 1 ? `${quantity} × ${product_name}` : product_name}
          </li>
        ))}
      </ul>
      <p className="price">
        {bundle.joint_price_cents < bundle.price_cents && (
          <s>
            <span className="unseen">before: </span>
            {money(bundle.price_cents, currency)}
          </s>
        )}
        <strong>{money(bundle.joint_price_cents, currency)}</strong> together
      </p>
      <ul className="reasons">
        {bundle.reasons.map(({ driver, text, contribution }) => (
          <li key={`${driver} ${text} ${contribution}`}>
            <span className="driver" data-driver={driver}>
              {driver}
            </span>
            {text}
          </li>
        ))}
      </ul>
      <div className="actions">
        <button
          type="button"
          aria-label={`All to basket: ${named}`}
          disabled={lines === null}
          onClick={() => lines !== null && deeds.carryAll(lines)}
        >
          All to basket
        </button>
      </div>
    </li>
  )
}

/** The bundle as lines of a basket; null until the prices of all its products are known. */
function linesOf(bundle: Bundle, looks: readonly (Look | undefined)[]): readonly BasketLine[] | null {
  const lines = bundle.items.flatMap(({ sku, product_name, quantity }, place): readonly BasketLine[] => {
    const look = looks[place]
    if (look === undefined) return []
    const offerId = bundle.offer_ids[0] ?? null
    const priceCents = look.price_cents
    return [{ sku, name: product_name, priceCents, discountCents: 0, offerId, quantity, decisionId: null }]
  })
  if (lines.length < bundle.items.length) return null
  return withJointDiscount(lines, bundle.price_cents - bundle.joint_price_cents)
}
