import type { AvroField, AvroRecord, AvroType } from '../../../catalog/avro.ts'

export type InferredColumn = { readonly name: string; readonly type: string }

/**
 * The columns of the table that Confluent makes of a topic whose values have this schema.
 * @param says whether types say NOT NULL where the schema has no null
 * @source Confluent documentation, Flink SQL data type mappings, Avro
 */
export const inferredColumns = (
  schema: AvroRecord,
  says: 'nullability' | 'types alone',
): readonly InferredColumn[] =>
  schema.fields.map(({ name, type }) => ({ name, type: fieldType(type, says === 'nullability') }))

function fieldType(type: AvroField['type'], saysNull: boolean): string {
  if (isNullable(type)) return sqlType(type[1], saysNull)
  return `${sqlType(type, saysNull)}${saysNull ? ' NOT NULL' : ''}`
}

const isNullable = (type: AvroField['type']): type is readonly ['null', AvroType] => Array.isArray(type)

const PRIMITIVES = { boolean: 'BOOLEAN', double: 'DOUBLE', long: 'BIGINT', string: 'STRING' } as const

function sqlType(type: AvroType, saysNull: boolean): string {
  if (typeof type === 'string') return PRIMITIVES[type]
  const notNull = saysNull ? ' NOT NULL' : ''
  switch (type.type) {
    case 'array':
      return `ARRAY<${sqlType(type.items, saysNull)}${notNull}>`
    case 'map':
      return `MAP<STRING${notNull}, ${sqlType(type.values, saysNull)}${notNull}>`
    case 'record': {
      const fields = type.fields.map((field) => `\`${field.name}\` ${fieldType(field.type, saysNull)}`)
      return `ROW<${fields.join(', ')}>`
    }
  }
}
