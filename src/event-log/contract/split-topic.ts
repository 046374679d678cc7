import type { RecordValue } from '../../algebra/source.ts'

/** An event as sent, taken apart: the topic that it names, if any, and the record without that name. */
export type SplitEvent = { readonly topic: string | null; readonly value: RecordValue }

/** Takes the member `topic` off an event; null if it is no object, or its topic no string. */
export function splitTopic(event: unknown): SplitEvent | null {
  if (event === null || typeof event !== 'object' || Array.isArray(event)) return null
  const record = event as RecordValue
  if (record['topic'] === undefined) return { topic: null, value: record }
  const { topic, ...value } = record
  return typeof topic === 'string' ? { topic, value } : null
}
