import type { RecordValue } from '../../algebra/source.ts'
import { validators } from '../../catalog/validator.ts'
import type { Imported } from './import-format.ts'

/** Where something was read. */
export type Place = { readonly file: string; readonly line: number; readonly raw: unknown }

export function refusedAt(
  { file, line, raw }: Place,
  topic: string | null,
  reason: string,
  field: string | null,
): Imported {
  return { kind: 'refused', topic, reason, field, file, line, raw }
}

/** The event, or the refusal of the line that it was made of, with its place, if its shape is not the contract's. */
export function checkedEvent(topic: string, value: RecordValue, place: Place): Imported {
  const fault = validators.get(topic)?.(value) ?? null
  return fault === null ? { kind: 'event', topic, value } : refusedAt(place, topic, fault.reason, fault.field)
}
