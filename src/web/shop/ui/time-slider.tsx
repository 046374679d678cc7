import { type Days, dayInWords, instantAt, placeOf } from '../logic/shop-time.ts'
import { useShop } from './shop-context.ts'

/** Takes the shelves back to an earlier day of the shop. */
export function TimeSlider({ days }: { readonly days: Days }) {
  const { session, deeds } = useShop()
  const { asOf } = session
  const shown = asOf === null ? 'now' : dayInWords(asOf)
  return (
    <div className="time">
      <label htmlFor="as-of">
        As of <output htmlFor="as-of">{shown}</output>
      </label>
      <input
        id="as-of"
        type="range"
        min={0}
        max={days.count}
        step={1}
        value={placeOf(days, asOf)}
        aria-valuetext={shown}
        onChange={(event) => deeds.travel(instantAt(days, Number(event.target.value)))}
      />
      <p className="note">
        A past instant is rounded down to a tile: here to the start of a day, UTC. Products, consent and the
        model are today's. Whoever acts is back in the present.
      </p>
      {asOf !== null && (
        <button type="button" onClick={() => deeds.travel(null)}>
          Back to now
        </button>
      )}
    </div>
  )
}
