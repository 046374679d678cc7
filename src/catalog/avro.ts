import type { TObject, TSchema } from 'typebox'
import { CONTRACTS } from './validator.ts'

/** The parts of Avro that contracts use. */
export type AvroType =
  | 'boolean'
  | 'double'
  | 'long'
  | 'string'
  | AvroRecord
  | { readonly type: 'array'; readonly items: AvroType }
  | { readonly type: 'map'; readonly values: AvroType }
export type AvroField = {
  readonly name: string
  readonly doc?: string
  readonly type: AvroType | readonly ['null', AvroType]
  /** Where the field may be absent. */
  readonly default?: null
}
export type AvroRecord = {
  readonly type: 'record'
  readonly name: string
  readonly namespace?: string
  readonly fields: readonly AvroField[]
}

const NAMESPACE = 'endcap'

/** The part of JSON Schema that our contracts use. */
type SchemaNode = {
  readonly type?: string
  readonly title?: string
  readonly description?: string
  readonly items?: SchemaNode
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>
  readonly required?: readonly string[]
}

/**
 * What the registry asks of a new schema of a topic: it reads all that was written, and all that has read the topic reads
 * what is written by it. So neither writers nor readers have to be first, on no engine.
 */
export const SUBJECT_COMPATIBILITY = 'FULL_TRANSITIVE'

/**
 * The Avro schema of a topic's records. Optional fields are unions with null that default to null, so that adding one
 * is compatible both ways. Integers are `long` without a logical type: an instant is epoch milliseconds in every
 * engine, never a timestamp of the engine's own. Ranges, patterns and lists of words are the validator's: Avro has none
 * of the first two, and its enums are refused or turned into strings by what reads and writes topics in a cloud.
 */
export function avroSchemaOf(topic: keyof typeof CONTRACTS): AvroRecord {
  const contract = nodeOf(CONTRACTS[topic])
  if (contract.title === undefined) throw new Error(`bug: the contract of '${topic}' has no title`)
  const { type, name, fields } = recordOf(contract, contract.title)
  return { type, name, namespace: NAMESPACE, fields }
}

/** @param name of the record, should the type be one */
function typeOf(node: SchemaNode, name: string): AvroType {
  switch (node.type) {
    case 'integer':
      return 'long'
    case 'number':
      return 'double'
    case 'boolean':
      return 'boolean'
    case 'string':
      return 'string'
    case 'array':
      return { type: 'array', items: typeOf(node.items ?? {}, name.replace(/s$/, '')) }
    case 'object': {
      const [values] = Object.values(node.patternProperties ?? {})
      return values === undefined ? recordOf(node, name) : { type: 'map', values: typeOf(values, name) }
    }
    default:
      throw new Error(`bug: '${name}' has a schema type that Avro has no word for: ${node.type}`)
  }
}

function recordOf(node: SchemaNode, name: string): AvroRecord {
  const required = new Set(node.required ?? [])
  const fields = Object.entries(node.properties ?? {}).map(([field, schema]): AvroField => {
    const type = typeOf(schema, name + inPascalCase(field))
    const doc = schema.description === undefined ? {} : { doc: schema.description }
    return required.has(field)
      ? { name: field, ...doc, type }
      : { name: field, ...doc, type: ['null', type], default: null }
  })
  return { type: 'record', name, fields }
}

const inPascalCase = (name: string): string =>
  name
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')

const nodeOf = (contract: TObject): SchemaNode => contract as TSchema as SchemaNode
