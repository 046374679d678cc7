import { useEffect, useRef, useState } from 'react'
import { similar } from '../api/client.ts'
import { type Problem, problemOfError } from '../api/problem.ts'
import type { Look, SimilarItem } from '../api/wire.ts'
import { money } from '../logic/money.ts'
import { Picture } from './picture.tsx'
import { ProblemNotice } from './problem-notice.tsx'
import { Actions } from './product-card.tsx'
import { Shelf } from './shelf.tsx'
import { useShop } from './shop-context.ts'
import { openHome } from './use-focus-sku.ts'
import { useLooks } from './use-looks.ts'
import type { ShelfState } from './use-shelf.ts'

const SIMILAR_LIMIT = 6

/** One product: what it is, what goes with it, what is like it. */
export function ProductPage({ sku, shelf }: { readonly sku: string; readonly shelf: ShelfState }) {
  const look = useLooks([sku]).of(sku)
  return (
    <article className="product" aria-labelledby="product-title">
      <button type="button" className="quiet" onClick={openHome}>
        ← All shelves
      </button>
      {look !== undefined && <ProductFacts look={look} />}
      <Shelf id="product" title="Goes with it" shelf={shelf} />
      <Similar sku={sku} />
    </article>
  )
}

function ProductFacts({ look }: { readonly look: Look }) {
  const { currency } = useShop()
  const title = useRef<HTMLHeadingElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another product is another page
  useEffect(() => title.current?.focus(), [look.sku])
  return (
    <div className="facts">
      <Picture name={look.product_name} look={look} />
      <div>
        <h2 id="product-title" ref={title} tabIndex={-1}>
          {look.product_name}
        </h2>
        <p className="note">
          {[look.brand, look.category.split('/').join(' › ')].filter(Boolean).join(' · ')}
        </p>
        <p className="price">{money(look.price_cents, currency)}</p>
        {look.description !== undefined && <p>{look.description}</p>}
        {look.attributes !== undefined && (
          <p className="note">
            {Object.entries(look.attributes)
              .map(([name, value]) => `${name}: ${value}`)
              .join(', ')}
          </p>
        )}
        <Actions item={look} decisionId={null} />
      </div>
    </div>
  )
}

/** Products whose pair with this one weighs most in the model. */
function Similar({ sku }: { readonly sku: string }) {
  const [items, setItems] = useState<readonly SimilarItem[]>([])
  const [problem, setProblem] = useState<Problem | null>(null)
  useEffect(() => {
    const asking = new AbortController()
    similar(sku, SIMILAR_LIMIT, asking.signal)
      .then((found) => {
        if (asking.signal.aborted) return
        setItems(found)
        setProblem(null)
      })
      .catch((error: unknown) => {
        if (!asking.signal.aborted) setProblem(problemOfError(error))
      })
    return () => asking.abort()
  }, [sku])
  const book = useLooks(items.map((item) => item.sku))
  const { deeds, currency } = useShop()
  return (
    <section aria-labelledby="similar-title" className="shelf" data-shelf="similar">
      <h2 id="similar-title">Similar products</h2>
      {problem !== null && <ProblemNotice problem={problem} />}
      {problem === null && items.length === 0 && <p className="note">The model knows none.</p>}
      <ol className="cards small">
        {items.map((item) => (
          <li key={item.sku} className="card" data-sku={item.sku}>
            <button type="button" className="open" onClick={() => deeds.look(item, null)}>
              <Picture name={item.product_name} look={book.of(item.sku)} />
              <span className="name">{item.product_name}</span>
            </button>
            <p className="meta body">
              <span className="price">{money(item.price_cents, currency)}</span>
              <span className="note">weight {item.score.toFixed(3)}</span>
            </p>
          </li>
        ))}
      </ol>
    </section>
  )
}
