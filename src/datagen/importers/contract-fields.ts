import { MAX_INSTANT_MS } from '../../algebra/column.ts'
import { CONTRACTS } from '../../catalog/validator.ts'

/** How a cell becomes a field. */
export type FieldKind =
  | 'text'
  | 'integer'
  | 'number'
  | 'boolean'
  | 'instant'
  /** A decimal amount in the row's currency. */
  | 'money'
  /** A list of texts: JSON, or divided by `|`. */
  | 'texts'
  | 'json'

/** A field of a contract, or one inside a field: `consent.training`, `payload.items.0.item_id`. */
export type Field = { readonly path: readonly string[]; readonly kind: FieldKind }

type Schema = {
  readonly type?: string
  readonly maximum?: number
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly patternProperties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
}

/** Topics that have a contract. */
export const TOPIC_NAMES: readonly string[] = Object.keys(CONTRACTS)

/** What a topic must have. */
export const requiredFields = (topic: string): readonly string[] => schemaOf(topic).required ?? []

/** What a topic can have at its top, decimal amounts among it. */
export function fieldNames(topic: string): readonly string[] {
  const names = Object.keys(schemaOf(topic).properties ?? {})
  return [...names, ...names.flatMap((name) => (name.endsWith('_cents') ? [name.slice(0, -6)] : []))]
}

/**
 * The field of a topic by its name; null if there is none. A name of an amount without `_cents` (`price`,
 * `payload.items.0.price`) is the decimal amount.
 */
export function fieldOf(topic: string, name: string): Field | null {
  const path = name.split('.')
  const exact = kindAt(schemaOf(topic), path)
  if (exact !== null) return { path, kind: exact }
  const cents = [...path.slice(0, -1), `${path.at(-1)}_cents`]
  return kindAt(schemaOf(topic), cents) === 'integer' ? { path: cents, kind: 'money' } : null
}

/** A TypeBox schema is a JSON schema. */
function schemaOf(topic: string): Schema {
  const contracts: Readonly<Record<string, unknown>> = CONTRACTS
  return (Object.hasOwn(contracts, topic) ? contracts[topic] : {}) as Schema
}

function kindAt(schema: Schema, path: readonly string[]): FieldKind | null {
  let at = schema
  for (const name of path) {
    const inner = innerOf(at, name)
    if (inner === undefined) return null
    at = inner
  }
  return kindOf(at)
}

function innerOf({ type, properties, patternProperties, items }: Schema, name: string): Schema | undefined {
  if (type === 'array') return /^[0-9]{1,3}$/.test(name) ? items : undefined
  if (properties !== undefined) return Object.hasOwn(properties, name) ? properties[name] : undefined
  return name === '' ? undefined : Object.values(patternProperties ?? {})[0]
}

function kindOf({ type, maximum, items }: Schema): FieldKind {
  switch (type) {
    case 'integer':
      return maximum === MAX_INSTANT_MS ? 'instant' : 'integer'
    case 'number':
      return 'number'
    case 'boolean':
      return 'boolean'
    case 'array':
      return items?.type === 'string' ? 'texts' : 'json'
    case 'object':
      return 'json'
    default:
      return 'text'
  }
}
