import { totalCents } from '../logic/basket.ts'
import { money } from '../logic/money.ts'
import { useShop } from './shop-context.ts'

/** What is in the basket, and its total. */
export function BasketPanel() {
  const { session, currency, deeds } = useShop()
  const { basket } = session
  return (
    <section className="panel" aria-labelledby="basket-title">
      <h2 id="basket-title">Basket</h2>
      {basket.length === 0 ? (
        <p className="note">Empty.</p>
      ) : (
        <>
          <ul className="lines">
            {basket.map((line) => (
              <li key={line.sku}>
                <span>
                  {line.quantity} × {line.name}
                </span>
                <span className="amount">{money(totalCents([line]), currency)}</span>
                <button type="button" className="quiet" onClick={() => deeds.putBack(line)}>
                  Put back<span className="unseen">: {line.name}</span>
                </button>
              </li>
            ))}
          </ul>
          <p className="total">
            Total <strong>{money(totalCents(basket), currency)}</strong>
          </p>
          <button type="button" className="buy" onClick={deeds.buyBasket}>
            Buy the basket
          </button>
        </>
      )}
    </section>
  )
}
