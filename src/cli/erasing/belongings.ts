import type { RecordValue } from '../../algebra/source.ts'
import type { Belongings } from '../../event-log/contract/erasing.ts'
import { textOf, wordsOf } from './words.ts'

export type IdKind = 'customer' | 'session' | 'order'

/** Whose ids are whose, by ids or by their tombstones. */
export type IdTest = {
  readonly has: (kind: IdKind, id: string) => boolean
  /** Whether a word of a text is one of the ids, of whichever kind. */
  readonly isWord: (word: string) => boolean
}

/**
 * What lies under some ids. A record that names a customer is that customer's; one that names nobody belongs to
 * its visit or order, or to the customer that the shop named beside a click.
 */
export function belongingsOf({ has, isWord }: IdTest): Belongings {
  const isNamedIn = (content: string): boolean => {
    for (const word of wordsOf(content)) if (isWord(word)) return true
    return false
  }
  const owns = (topic: string, value: RecordValue): boolean => {
    const named = customerOf(value)
    if (named !== null) return has('customer', named)
    switch (topic) {
      case 'clickstream':
        return (
          has('session', textOf(value['session_id'])) || extraTexts(value).some((id) => has('customer', id))
        )
      case 'orders':
        return has('order', textOf(value['order_id'])) || has('order', reversedOrder(value))
      default:
        return false
    }
  }
  return { owns, isNamedIn }
}

/** Null where nobody is named. */
export function customerOf(value: RecordValue): string | null {
  const named = value['customer_id']
  return named === undefined || named === null ? null : textOf(named)
}

/** Order of which a line takes something back; '' if it does not. */
export function reversedOrder(value: RecordValue): string {
  const reversed = textOf(value['reverses'])
  return reversed.slice(0, Math.max(0, reversed.lastIndexOf(':')))
}

/** What a shop sent along with a click, the values alone. */
function extraTexts({ payload }: RecordValue): readonly string[] {
  if (payload === null || typeof payload !== 'object' || !('extra' in payload)) return []
  const { extra } = payload
  if (extra === null || typeof extra !== 'object') return []
  return Object.values(extra).map(textOf)
}
