import type { Item } from '../api/wire.ts'
import { type Change, moveInWords } from '../logic/shelf-changes.ts'
import { Picture } from './picture.tsx'
import { PriceTag } from './price-tag.tsx'
import { Why } from './score-bar.tsx'
import { type Shown, useShop } from './shop-context.ts'
import { useLooks } from './use-looks.ts'

type Props = {
  readonly item: Item
  /** Answer that showed it. */
  readonly decisionId: string
  readonly change: Change | undefined
}

const NONE: ReadonlySet<string> = new Set()

/** A product on a shelf: picture, price, why it is here, and what can be done with it. */
export function ProductCard({ item, decisionId, change }: Props) {
  const { currency, deeds } = useShop()
  const look = useLooks([item.sku]).of(item.sku)
  const moved = change === undefined ? null : moveInWords(change)
  const isChanged = change !== undefined
  return (
    <li className={isChanged ? 'card changed' : 'card'} data-sku={item.sku}>
      <button type="button" className="open" onClick={() => deeds.look(item, decisionId)}>
        <Picture name={item.product_name} look={look} />
        <span className="name">{item.product_name}</span>
      </button>
      <div className="body">
        <p className="meta">
          <PriceTag item={item} currency={currency} />
          {moved !== null && <span className="move">{moved}</span>}
          {change?.isPriceNew === true && <span className="move">new price</span>}
        </p>
        <Why item={item} newReasons={change?.newReasons ?? NONE} />
        <Actions item={item} decisionId={decisionId} />
      </div>
    </li>
  )
}

type ActionsProps = {
  readonly item: Shown
  /** Answer that showed it; null if none did. */
  readonly decisionId: string | null
}

/** Wish, carry, buy. */
export function Actions({ item, decisionId }: ActionsProps) {
  const { session, deeds } = useShop()
  const isWished = session.wishlist.includes(item.sku)
  return (
    <div className="actions">
      <button
        type="button"
        className="wish"
        aria-label={`Wish: ${item.product_name}`}
        aria-pressed={isWished}
        onClick={() => deeds.wish(item, decisionId)}
      >
        <span aria-hidden="true">{isWished ? '♥' : '♡'}</span> Wish
      </button>
      <button
        type="button"
        className="cart"
        aria-label={`To basket: ${item.product_name}`}
        onClick={() => deeds.carry(item, decisionId)}
      >
        To basket
      </button>
      <button
        type="button"
        className="buy"
        aria-label={`Buy: ${item.product_name}`}
        onClick={() => deeds.buy(item, decisionId)}
      >
        Buy
      </button>
    </div>
  )
}
