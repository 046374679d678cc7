import { type BodyFormat, eventBytes } from '../../../event-log/contract/body-format.ts'
import { isSound, type Judgement } from './event-judge.ts'

const COMMA = Buffer.from(',')
const NEWLINE = Buffer.from('\n')

/**
 * A body as the log keeps it: the bytes that came, but for events that were sent in another shape than their
 * contract's, which are in the contract's. Events keep their places, and refused ones their bytes.
 */
export function loggedBody({
  body,
  format,
  events,
  judgements,
}: {
  readonly body: Uint8Array
  readonly format: BodyFormat
  readonly events: readonly unknown[]
  readonly judgements: readonly Judgement[]
}): Uint8Array {
  const isRewritten = (judgement: Judgement) =>
    isSound(judgement) && (judgement.isRewritten === true) === true
  if (!judgements.some(isRewritten)) return body
  const sent = eventBytes(body, format, events, [...events.keys()])
  const logged = judgements.map((judgement, index) =>
    isSound(judgement) && (judgement.isRewritten === true) === true
      ? Buffer.from(JSON.stringify(judgement.value))
      : (sent[index] ?? Buffer.from('null')),
  )
  const separator = format === 'json' ? COMMA : NEWLINE
  const joined = logged.flatMap((bytes, index) => (index === 0 ? [bytes] : [separator, bytes]))
  return format === 'json'
    ? Buffer.concat([Buffer.from('['), ...joined, Buffer.from(']')])
    : Buffer.concat(joined)
}
