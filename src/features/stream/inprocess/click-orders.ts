import type { RecordValue, Value } from '../../../algebra/source.ts'
import { contractRecord } from '../../../catalog/contract-record.ts'
import { ordersOfClick } from '../../../catalog/orders-of-click.ts'
import { type BodyFormat, parseBody } from '../../../event-log/contract/body-format.ts'
import { splitTopic } from '../../../event-log/contract/split-topic.ts'
import type { HistoryEvent, IngestResult } from './writer.ts'

/** What takes events in: the writer, or something in front of it. */
export type Intake = {
  readonly ingest: (body: Uint8Array, format: BodyFormat) => Promise<IngestResult>
  readonly appendHistory: (events: readonly HistoryEvent[]) => Promise<IngestResult>
}

/** Only a body with this word in it can hold a purchase; looking for it is all that other bodies pay. */
const PURCHASE = Buffer.from('purchase')
const MAX_LINES = 10_000

/**
 * An intake that also writes the `orders` that clickstream purchases stand for, behind the clicks themselves. Clicks
 * come first and lines have ids of their own, so a crash in between, or the same body again, neither loses nor
 * doubles a line: whoever got no answer sends the body again, and what is there already is a duplicate. A line that
 * breaks the contract of orders is a dead letter like any other; the answer is that of the body alone.
 *
 * @param currencyOf the accounting currency, in which amounts are that name no other
 */
export function withOrdersOfClicks(intake: Intake, currencyOf: () => string | undefined): Intake {
  return {
    ingest: async (body, format) => {
      const result = await intake.ingest(body, format)
      if (Buffer.from(body.buffer, body.byteOffset, body.byteLength).indexOf(PURCHASE) < 0) return result
      const refused = new Set(
        result.results.filter(({ status }) => status === 'refused').map(({ index }) => index),
      )
      const lines = parseBody(body, format)
        .filter((_, index) => !refused.has(index))
        .flatMap((event) => linesOf(event, currencyOf()))
      let logPosition = result.logPosition
      for (let from = 0; from < lines.length; from += MAX_LINES) {
        const part = lines.slice(from, from + MAX_LINES).map((line) => JSON.stringify(line))
        logPosition = (await intake.ingest(Buffer.from(part.join('\n')), 'ndjson')).logPosition
      }
      return { ...result, logPosition }
    },
    appendHistory: async (events) => {
      const result = await intake.appendHistory(events)
      const lines = events
        .filter(({ topic }) => topic === 'clickstream')
        .flatMap(({ value }) => linesOf(value, currencyOf()))
      if (lines.length === 0) return result
      const ordered = await intake.appendHistory(lines.map((value) => ({ topic: 'orders', value })))
      return { ...result, logPosition: ordered.logPosition }
    },
  }
}

/** Of an event in any shape in which it may be sent. */
function linesOf(event: unknown, currency: string | undefined): readonly RecordValue[] {
  const split = splitTopic(event)
  if (split === null) return []
  const meant = contractRecord('clickstream', split.value)
  if (meant === null) return ordersOfClick(split.value, currency)
  return 'reason' in meant ? [] : ordersOfClick(meant.value, said(meant.currency) ?? currency)
}

const said = (currency: Value): string | undefined => (typeof currency === 'string' ? currency : undefined)
