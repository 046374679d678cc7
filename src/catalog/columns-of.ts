import type { TObject, TSchema } from 'typebox'
import { type Columns, type ColumnType, MAX_EXACT } from '../algebra/column.ts'
import { ID_PATTERN } from '../core/ids.ts'
import { LOCATION_PATTERN } from './events/fields.ts'

/** The part of JSON Schema that our contracts use. */
type SchemaNode = {
  readonly type?: string
  readonly pattern?: string
  readonly enum?: readonly string[]
  readonly minimum?: number
  readonly maximum?: number
  readonly items?: SchemaNode
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly required?: readonly string[]
}

/** Of texts that are ids, or can be nothing else. */
const ID_PATTERNS: ReadonlySet<string> = new Set([ID_PATTERN, LOCATION_PATTERN])

/** Columns of the SQL engines and ranges of the language, read off a contract's schema. */
export function columnsOf(schema: TObject): Columns {
  return fieldsOf(schema as TSchema as SchemaNode)
}

function fieldsOf(node: SchemaNode): Columns {
  const required = new Set(node.required ?? [])
  return Object.fromEntries(
    Object.entries(node.properties ?? {}).map(([name, field]) => [
      name,
      typeOf(field, name, !required.has(name)),
    ]),
  )
}

function typeOf(node: SchemaNode, name: string, nullable: boolean): ColumnType {
  switch (node.type) {
    case 'integer':
      return { kind: 'integer', min: node.minimum ?? -MAX_EXACT, max: node.maximum ?? MAX_EXACT, nullable }
    case 'boolean':
      return { kind: 'boolean', nullable }
    case 'array':
      return { kind: 'list', item: typeOf(node.items ?? {}, `${name}[]`, false), nullable }
    case 'object':
      return node.properties === undefined
        ? { kind: 'map', nullable }
        : { kind: 'record', fields: fieldsOf(node), nullable }
    case 'string':
      if (node.enum !== undefined) return { kind: 'enum', values: node.enum, nullable }
      return { kind: ID_PATTERNS.has(node.pattern ?? '') ? 'id' : 'text', nullable }
    default:
      throw new Error(`bug: field '${name}' has a schema type that no column stands for: ${node.type}`)
  }
}
