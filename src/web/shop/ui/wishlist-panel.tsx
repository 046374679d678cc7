import type { Look } from '../api/wire.ts'
import { money } from '../logic/money.ts'
import { useShop } from './shop-context.ts'
import { useLooks } from './use-looks.ts'

/** Places of the wishlist that are shown. */
const SHOWN = 6

/** What the shopper wishes for, this visit's wishes last. */
export function WishlistPanel() {
  const { session } = useShop()
  const { wishlist } = session
  const shown = wishlist.slice(-SHOWN)
  const book = useLooks(shown)
  return (
    <section className="panel" aria-labelledby="wishlist-title">
      <h2 id="wishlist-title">Wishlist</h2>
      {wishlist.length === 0 && <p className="note">Nothing is wished for.</p>}
      <ul className="lines">
        {shown
          .map((sku) => book.of(sku))
          .filter((look) => look !== undefined)
          .map((look) => (
            <Wish key={look.sku} look={look} />
          ))}
      </ul>
      {wishlist.length > SHOWN && <p className="note">and {wishlist.length - SHOWN} before</p>}
    </section>
  )
}

function Wish({ look }: { readonly look: Look }) {
  const { deeds, currency } = useShop()
  return (
    <li>
      <button type="button" className="quiet" onClick={() => deeds.look(look, null)}>
        {look.product_name}
      </button>
      <span className="amount">{money(look.price_cents, currency)}</span>
      <button type="button" className="quiet" onClick={() => deeds.wish(look, null)}>
        Take off<span className="unseen"> the wishlist: {look.product_name}</span>
      </button>
    </li>
  )
}
