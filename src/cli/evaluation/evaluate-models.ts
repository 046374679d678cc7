import { seededRandom } from '../../core/random.ts'
import { type Answers, answersIn, answersOf, pooled } from '../../models/evaluation/answers.ts'
import { slicesOf } from '../../models/evaluation/slices.ts'
import type { Interactions, Split } from '../../models/evaluation/split.ts'
import { tieShuffled } from '../../models/evaluation/tie-shuffle.ts'
import { beyondAccuracy } from '../../models/metrics/beyond-accuracy.ts'
import type { Ablation, Recommender } from '../../models/recommender.ts'
import type { Protocol, ProtocolOptions } from './protocols.ts'
import { detailFields, differenceFields, type Evaluation, evaluationRow, type RowOf } from './rows.ts'

/** What is measured beside the plain line of each model. */
export type Extras = {
  /** Intervals and what lists are like beside being right, on the plain lines. */
  readonly details: boolean
  /** Refit, and histories with ties shuffled. */
  readonly variants: boolean
  readonly slices: boolean
  /** Each driver taken away, of the models that say which they have. */
  readonly ablate: boolean
  /** Shoppers without a history (next-period). */
  readonly strangers: boolean
  /** Further first days of the targets (next-period). */
  readonly cutoffDays: readonly number[]
}

export type EvaluateInput = {
  readonly data: string
  readonly interactions: Interactions
  readonly protocol: Protocol
  readonly options: ProtocolOptions
  readonly models: readonly Recommender[]
  readonly extras: Extras
  readonly onProgress: (text: string) => void
}

/** List length kept of each user. */
const LENGTH = 10

/** A set of questions that every model is asked, and what its lines are called. */
type Questions = {
  readonly variant?: string
  /** Asked one after the other, and counted as one set of questions. */
  readonly splits: readonly [Split, ...Split[]]
  /** Names of lines of their own for each split; absent: none. */
  readonly parts?: readonly string[]
}

/**
 * Lines of all models: of each the plain one, then slices and ablations; then the other sets of questions. With
 * details, and in other sets of questions, a line says how it differs from the first model's on the same questions.
 */
export async function* evaluateModels(input: EvaluateInput): AsyncGenerator<Evaluation> {
  const { extras, onProgress } = input
  const plain = input.protocol.split(input.interactions, input.options)
  onProgress(
    `${input.protocol.name}: ${plain.training.sequences.items.length} events to learn from, ` +
      `${plain.targets.length} users to ask about, ${input.interactions.sequences.itemCount} items`,
  )
  yield* linesOf(input, { splits: [plain] })
  for (const questions of extras.variants ? variantsOf(input) : []) yield* linesOf(input, questions)
  if (extras.strangers) {
    const [one, ...others] = input.protocol.strangers?.(input.interactions, input.options) ?? []
    if (one !== undefined) yield* linesOf(input, { variant: 'strangers', splits: [one, ...others] })
  }
  const periods = extras.cutoffDays.map((cutoffDay) => ({
    name: `cutoff:${cutoffDay}`,
    split: input.protocol.split(input.interactions, { cutoffDay }),
  }))
  const [first, ...rest] = periods
  if (first === undefined) return
  yield* linesOf(input, {
    variant: `cutoffs:${extras.cutoffDays.join(',')}`,
    splits: [first.split, ...rest.map(({ split }) => split)],
    parts: periods.map(({ name }) => name),
  })
}

function* variantsOf({ protocol, interactions, options }: EvaluateInput): Generator<Questions> {
  const refit = protocol.refit?.(interactions, options)
  if (refit !== undefined) yield { variant: 'refit', splits: [refit] }
  const shuffled = tieShuffled(interactions.sequences, seededRandom('ties'))
  if (shuffled === null) return
  yield {
    variant: 'tie-shuffled',
    splits: [protocol.split({ ...interactions, sequences: shuffled }, options)],
  }
}

type Named = { readonly name: string; readonly answers: Answers }

async function* linesOf(input: EvaluateInput, questions: Questions): AsyncGenerator<Evaluation> {
  const { extras, models } = input
  let first: Named | null = null
  for (const model of models) {
    input.onProgress(
      [model.name, questions.variant, 'learning and ranking'].filter((word) => word !== undefined).join(', '),
    )
    const startedMs = performance.now()
    const isPlain = questions.variant === undefined
    const ablation = isPlain && extras.ablate ? model.ablation?.() : undefined
    const parts = await answersTo(ablation?.whole ?? model, questions.splits)
    const answers = pooled(parts)
    const of: RowOf = {
      model: model.name,
      protocol: input.protocol.name,
      data: input.data,
      ...(questions.variant === undefined ? {} : { variant: questions.variant }),
    }
    const row = evaluationRow(of, answers, startedMs)
    const compared = first === null || (isPlain && !extras.details) ? {} : differenceFields(answers, first)
    yield { ...row, ...(extras.details ? detailsOf(answers, questions.splits) : {}), ...compared }
    for (const [index, variant] of (questions.parts ?? []).entries()) {
      yield evaluationRow({ ...of, variant }, parts[index] ?? answers, startedMs)
    }
    if (isPlain && extras.slices) {
      const other = extras.details ? first : null
      yield* sliceLines({ of, answers }, { split: questions.splits[0], other, startedMs })
    }
    if (ablation !== undefined) {
      yield* ablationLines({ of, answers }, ablation, {
        splits: questions.splits,
        onProgress: input.onProgress,
      })
    }
    first ??= { name: model.name, answers }
  }
}

/** The answers to each split, the model learnt anew for each. */
async function answersTo(
  model: Recommender,
  [first, ...rest]: Questions['splits'],
): Promise<[Answers, ...Answers[]]> {
  const own = async (split: Split) => answersOf(await model.fit(split.training), split, LENGTH)
  const answers: [Answers, ...Answers[]] = [await own(first)]
  for (const split of rest) answers.push(await own(split))
  return answers
}

function detailsOf(answers: Answers, [split]: Questions['splits']): ReturnType<typeof detailFields> {
  const { targets, lists } = answers
  const beyond = beyondAccuracy({
    k: LENGTH,
    training: split.training.sequences,
    queries: split.queries,
    targets,
    content: split.training.content,
    lists,
  })
  return detailFields(answers, beyond)
}

type Sliced = { readonly split: Split; readonly other: Named | null; readonly startedMs: number }

function* sliceLines({ of, answers }: Measured, { split, other, startedMs }: Sliced): Generator<Evaluation> {
  for (const slice of slicesOf(split)) {
    const own = answersIn(answers, slice)
    const row = evaluationRow({ ...of, variant: `slice:${slice.name}` }, own, startedMs)
    const compared =
      other === null ? {} : differenceFields(own, { ...other, answers: answersIn(other.answers, slice) })
    yield { ...row, ...compared }
  }
}

type Measured = { readonly of: RowOf; readonly answers: Answers }

/** Without each driver in turn, against the whole model on the same questions. */
async function* ablationLines(
  { of, answers }: Measured,
  { drivers, without }: Ablation,
  { splits, onProgress }: Pick<Questions, 'splits'> & Pick<EvaluateInput, 'onProgress'>,
): AsyncGenerator<Evaluation> {
  for (const driver of drivers) {
    onProgress(`${of.model}, without ${driver}`)
    const startedMs = performance.now()
    const fewer = pooled(await answersTo(without(driver), splits))
    const row = evaluationRow({ ...of, variant: `without:${driver}` }, fewer, startedMs)
    yield { ...row, ...differenceFields(fewer, { name: of.model, answers }) }
  }
}
