import { spanInWords } from '../logic/shop-time.ts'
import type { ShelfState } from './use-shelf.ts'

/** How fast and how fresh the answer was, and what it rests on. */
export function StatusLine({ shelf }: { readonly shelf: ShelfState }) {
  const { answer, roundTripMs } = shelf
  if (answer === null) return <p className="status">asking …</p>
  const { freshness, model, took_ms, personalised, log_position } = answer
  const newest = freshness.events_ms === null ? 'none yet' : `${spanInWords(freshness.events_ms)} old`
  const age = freshness.model_s === null ? '' : `, ${spanInWords(freshness.model_s * 1000)} old`
  return (
    <div>
      <dl className="status">
        <Fact name="answered in" value={`${took_ms.toFixed(1)} ms`} />
        <Fact name="round trip" value={roundTripMs === null ? '' : `${roundTripMs.toFixed(0)} ms`} />
        <Fact name="newest event" value={newest} />
        <Fact name="model" value={model === null ? 'none yet' : `${model.version}${age}`} />
        <Fact name="events known" value={log_position.toLocaleString('en-GB')} />
        <Fact name="personal" value={personalised ? 'yes' : 'no'} />
      </dl>
      {answer.notes.map((note) => (
        <p key={note} className="note">
          {note}
        </p>
      ))}
    </div>
  )
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}
