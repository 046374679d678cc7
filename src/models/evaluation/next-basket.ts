import { historyOf, type Sequences, type Stretch, shopperCount, stretchesOf } from '../sequences.ts'
import { askedAtTargets, type HeldOut, type Interactions, type Split } from './split.ts'

/**
 * Next basket: the last basket of a shopper is to be told from the ones before; repeats are right answers. Models learn
 * from everything but what is held out. Where the data divides its shoppers itself, only the shoppers of one part are
 * asked; `validation` sees nothing of the test shoppers. Else everybody is asked, and `validation` asks for the last
 * basket but one and sees nothing of the last, so that settings can be chosen without a look at `test`.
 * @throws Error if the data has no orders
 */
export function nextBasket(interactions: Interactions, heldOut: HeldOut): Split {
  const { sequences, content, ownSplit } = interactions
  const everybody = Array.from({ length: shopperCount(sequences) }, (_, shopper) => shopper)
  const back = ownSplit === undefined && heldOut === 'validation' ? 2 : 1
  const asked = ownSplit?.[heldOut] ?? everybody
  const hidden =
    ownSplit !== undefined && heldOut === 'validation' ? new Set(ownSplit.test) : new Set<number>()
  const isAsked = new Set(asked)
  const questions = asked.flatMap((shopper) => question(sequences, shopper, back) ?? [])
  const learnt = everybody
    .filter((shopper) => !hidden.has(shopper))
    .map((shopper) => ({
      shopper,
      from: 0,
      to: isAsked.has(shopper) ? startOfLast(sequences, shopper, back) : lengthOf(sequences, shopper),
    }))
  return {
    training: { sequences: stretchesOf(sequences, learnt), content, asOfDay: null },
    queries: askedAtTargets(
      sequences,
      questions.map(({ past }) => past),
    ),
    targets: questions.map(({ targets }) => targets),
    recallRule: 'all-targets',
    masksSeen: false,
  }
}

type Question = { readonly past: Stretch; readonly targets: ReadonlySet<number> }

/** The `back`-th basket from the end and what was before; null where there is nothing before. */
function question(sequences: Sequences, shopper: number, back: number): Question | null {
  const from = startOfLast(sequences, shopper, back)
  if (from === 0) return null
  const to = back === 1 ? lengthOf(sequences, shopper) : startOfLast(sequences, shopper, back - 1)
  const { items } = historyOf(sequences, shopper)
  return { past: { shopper, from: 0, to: from }, targets: new Set(items.subarray(from, to)) }
}

const lengthOf = ({ starts }: Sequences, shopper: number): number =>
  (starts[shopper + 1] ?? 0) - (starts[shopper] ?? 0)

/** Where the `back`-th basket from the end begins, counted from the oldest entry; 0 if there are no more. */
function startOfLast(sequences: Sequences, shopper: number, back: number): number {
  const { lines } = historyOf(sequences, shopper)
  if (lines === undefined) throw new Error('bug: next-basket needs orders')
  const { orders } = lines
  const wanted = (orders.at(-1) ?? 0) - back + 1
  let entry = orders.length
  while (entry > 0 && (orders[entry - 1] ?? 0) >= wanted) entry -= 1
  return entry
}
