import { bodyWithout, eventBytes } from '../../../event-log/contract/body-format.ts'
import { type Belongings, namingText } from '../../../event-log/contract/erasing.ts'
import { type EventJudge, isSound } from './event-judge.ts'
import type { Judged } from './selection.ts'

/** Why an event of somebody who was erased does not count; its dead letter says this alone. */
export const ERASED_REASON = 'erased'

/**
 * Refuses what belongs to somebody who was erased, and takes it out of the body, so that nothing of it is stored.
 * @param events of the body, in order, as they were parsed
 */
export function turnAway(
  judged: Judged,
  events: readonly unknown[],
  { judge, erased }: { readonly judge: EventJudge; readonly erased: Belongings },
): Judged {
  const { body, format, judgements } = judged
  const refused = Array.from(judgements.keys()).filter((index) => {
    const judgement = judgements[index]
    return judgement !== undefined && !isSound(judgement)
  })
  const sent = eventBytes(body, format, events, refused)
  const taken = new Set(
    refused.filter((index, place) => {
      const bytes = sent[place]
      return bytes !== undefined && erased.isNamedIn(namingText(bytes, events[index]))
    }),
  )
  for (const [index, judgement] of judgements.entries()) {
    if (!isSound(judgement)) continue
    if (erased.owns(judge.topicName(judgement.topicNumber), judgement.value)) taken.add(index)
  }
  if (taken.size === 0) return judged
  return {
    ...judged,
    body: bodyWithout(body, format, events, taken),
    judgements: judgements.map((judgement, index) =>
      taken.has(index) ? { topic: null, reason: ERASED_REASON, field: null } : judgement,
    ),
  }
}
