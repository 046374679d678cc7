import type { Item } from '../api/wire.ts'
import { money } from '../logic/money.ts'
import { offerOf } from '../logic/offer.ts'

type Props = { readonly item: Pick<Item, 'price_cents' | 'offer'>; readonly currency: string }

/** What it costs; with an offer, the price before and what the offer is. */
export function PriceTag({ item, currency }: Props) {
  const offer = offerOf(item)
  if (offer === null) return <span className="price">{money(item.price_cents, currency)}</span>
  return (
    <span className="price">
      {offer.discountCents > 0 && (
        <s>
          <span className="unseen">before: </span>
          {money(item.price_cents, currency)}
        </s>
      )}
      <strong>{money(item.price_cents - offer.discountCents, currency)}</strong>
      <span className="offer">{offer.text}</span>
    </span>
  )
}
