import type { Item } from '../api/wire.ts'
import { figure, mainReasons, scoreInWords, scoreParts } from '../logic/score-parts.ts'

type Props = { readonly item: Item; readonly newReasons: ReadonlySet<string> }

/** Why a product is here: a bar of what each driver gave, the main reasons in words, the whole sum on demand. */
export function Why({ item, newReasons }: Props) {
  return (
    <div className="why">
      <div className="bar" role="img" aria-label={scoreInWords(item)}>
        {scoreParts(item).map(({ driver, contribution, share }) => (
          <span
            key={driver}
            data-driver={driver}
            className={contribution < 0 ? 'taken' : 'given'}
            style={{ flexGrow: share }}
            title={`${driver} ${figure(contribution)}`}
          />
        ))}
      </div>
      <ul className="reasons">
        {mainReasons(item, newReasons).map(({ driver, text, contribution }) => (
          <li
            key={`${driver} ${text} ${contribution}`}
            className={newReasons.has(text) ? 'is-new' : undefined}
          >
            <span className="driver" data-driver={driver}>
              {driver}
            </span>
            {text}
          </li>
        ))}
        {item.moves.map(({ by, text }) => (
          <li key={`${by} ${text}`}>
            <span className="driver">{by}</span>
            {text}
          </li>
        ))}
      </ul>
      <Sum item={item} />
    </div>
  )
}

/** Base and contributions, line by line, down to the score. */
function Sum({ item }: { readonly item: Item }) {
  return (
    <details>
      <summary>
        How the score adds up<span className="unseen"> for {item.product_name}</span>
      </summary>
      <table>
        <tbody>
          <tr>
            <th scope="row">base</th>
            <td>{figure(item.base)}</td>
          </tr>
          {(item.reasons ?? []).map(({ driver, text, contribution }) => (
            <tr key={`${driver} ${text} ${contribution}`}>
              <th scope="row">
                <span className="driver" data-driver={driver}>
                  {driver}
                </span>
                <span className="reason">{text}</span>
              </th>
              <td>{figure(contribution)}</td>
            </tr>
          ))}
          <tr className="sum">
            <th scope="row">score</th>
            <td>{figure(item.score)}</td>
          </tr>
        </tbody>
      </table>
    </details>
  )
}
