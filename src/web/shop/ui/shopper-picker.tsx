import type { ShopperKind } from '../api/wire.ts'

type Props = {
  readonly kinds: readonly ShopperKind[]
  /** Null: a visitor without an account. */
  readonly customerId: string | null
  readonly onPick: (customerId: string | null) => void
}

/** Through whose eyes the shop is seen: a kind, then somebody of that kind, with one line of who that is. */
export function ShopperPicker({ kinds, customerId, onPick }: Props) {
  const current = kinds.find(({ shoppers }) => shoppers.some(({ customer_id }) => customer_id === customerId))
  const who = current?.shoppers.find(({ customer_id }) => customer_id === customerId)?.who
  return (
    <div className="picker">
      <fieldset>
        <legend>See the shop as somebody</legend>
        <div className="chips">
          <Chip title="A visitor" isChosen={current === undefined} onPick={() => onPick(null)} />
          {kinds.map((kind) => (
            <Chip
              key={kind.kind}
              title={kind.title}
              isChosen={kind === current}
              onPick={() => onPick(kind.shoppers[0]?.customer_id ?? null)}
            />
          ))}
        </div>
      </fieldset>
      {current !== undefined && (
        <label>
          Who
          <select value={customerId ?? ''} onChange={(event) => onPick(event.target.value)}>
            {current.shoppers.map(({ customer_id }) => (
              <option key={customer_id}>{customer_id}</option>
            ))}
          </select>
        </label>
      )}
      <p className="who" data-testid="who">
        {current === undefined
          ? 'Somebody without an account: the shop knows this visit alone.'
          : `${current.about}. ${who ?? ''}`}
      </p>
    </div>
  )
}

type ChipProps = { readonly title: string; readonly isChosen: boolean; readonly onPick: () => void }

function Chip({ title, isChosen, onPick }: ChipProps) {
  return (
    <label className="chip">
      <input type="radio" name="kind" checked={isChosen} onChange={onPick} />
      <span className="chip-name">{title}</span>
    </label>
  )
}
