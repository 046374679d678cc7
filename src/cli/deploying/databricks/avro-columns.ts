import type { AvroField, AvroRecord, AvroType } from '../../../catalog/avro.ts'
import { sparkDialect } from '../../../compile/spark/dialect.ts'
import { sparkSql } from '../../../compile/spark/spark-sql.ts'
import type { TableColumn } from '../../../compile/sql-compiler.ts'

const { types } = sparkDialect

/** The columns in which Spark reads a topic's values; all may be null. */
export const avroColumns = ({ fields }: AvroRecord): readonly TableColumn[] =>
  fields.map(({ name, type }) => ({ name, type: sparkType(type) }))

const PRIMITIVES = {
  boolean: types.boolean,
  double: 'DOUBLE',
  long: types.integer,
  string: types.text,
} as const

const isNullable = (type: AvroField['type']): type is readonly ['null', AvroType] => Array.isArray(type)

function sparkType(type: AvroField['type']): string {
  if (isNullable(type)) return sparkType(type[1])
  if (typeof type === 'string') return PRIMITIVES[type]
  switch (type.type) {
    case 'array':
      return types.list(sparkType(type.items))
    case 'map':
      return `MAP<${types.text}, ${sparkType(type.values)}>`
    case 'record':
      return types.record(type.fields.map((field) => [sparkSql.quote(field.name), sparkType(field.type)]))
  }
}

/** The schema as JSON without the texts for people, in which there are quotes. */
export const bareSchema = (schema: AvroRecord): string =>
  JSON.stringify(schema, (name, value) => (name === 'doc' ? undefined : value))
