import { useShop } from './shop-context.ts'

const time = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium', timeZone: 'UTC' })

/** What was done in this visit, newest first, in the shop's time. */
export function DeedsPanel() {
  const { session } = useShop()
  return (
    <section className="panel" aria-labelledby="deeds-title">
      <h2 id="deeds-title">What you did</h2>
      {session.deeds.length === 0 && (
        <p className="note">
          Look at something, wish for it or buy it: each is a real event, and the shelves follow.
        </p>
      )}
      <ol className="deeds">
        {session.deeds.map(({ id, at, text }) => (
          <li key={id}>
            <time>{time.format(at)}</time> {text}
          </li>
        ))}
      </ol>
    </section>
  )
}
