import type { Consent } from '../api/wire.ts'
import { useShop } from './shop-context.ts'

const SWITCHES = [
  { name: 'personalisation', about: 'own clicks and orders shape what is shown' },
  { name: 'demographics', about: 'age, gender and place shape what is shown' },
  { name: 'training', about: 'own events may be learned from' },
] as const satisfies readonly { readonly name: keyof Consent; readonly about: string }[]

/** What the shopper agrees to. A switch posts a newer version of the customer; the shelves follow at once. */
export function ConsentSwitches() {
  const { session, deeds } = useShop()
  const { shopper } = session
  return (
    <fieldset className="consent">
      <legend>Consent</legend>
      {shopper.kind === 'guest' ? (
        <p className="note">Nobody is logged in: there is nobody to ask.</p>
      ) : (
        SWITCHES.map(({ name, about }) => {
          const isGiven = shopper.customer.consent[name]
          return (
            <label key={name} className="switch">
              <input
                type="checkbox"
                role="switch"
                aria-checked={isGiven}
                checked={isGiven}
                onChange={() => deeds.consent({ ...shopper.customer.consent, [name]: !isGiven })}
              />
              <span>
                {name}
                <small>{about}</small>
              </span>
            </label>
          )
        })
      )}
    </fieldset>
  )
}
