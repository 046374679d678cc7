import { changesInWords } from '../logic/shelf-changes.ts'
import { ProblemNotice } from './problem-notice.tsx'
import { ProductCard } from './product-card.tsx'
import type { ShelfState } from './use-shelf.ts'

type Props = {
  /** Unique on the page; names the heading. */
  readonly id: string
  readonly title: string
  readonly shelf: ShelfState
}

/** One answer of the API as a list of products, with what changed since the answer before. */
export function Shelf({ id, title, shelf }: Props) {
  const { answer, changes, problem } = shelf
  const changed = changesInWords(changes)
  return (
    <section
      aria-labelledby={`${id}-title`}
      className="shelf"
      data-shelf={id}
      data-decision={answer?.decision_id}
    >
      <header>
        <h2 id={`${id}-title`}>{title}</h2>
        <p className="changes" role="status">
          {changed === null ? '' : `What changed: ${changed}`}
        </p>
      </header>
      {problem !== null && <ProblemNotice problem={problem} />}
      {answer === null && problem === null && <p className="note">asking …</p>}
      {answer !== null && answer.items.length === 0 && <p className="note">Nothing to show here.</p>}
      {answer !== null && (
        <ol className="cards">
          {answer.items.map((item) => (
            <ProductCard
              key={item.sku}
              item={item}
              decisionId={answer.decision_id}
              change={changes.bySku.get(item.sku)}
            />
          ))}
        </ol>
      )}
    </section>
  )
}
