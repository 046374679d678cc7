type Field = { readonly name: string; readonly type: unknown; readonly default?: unknown }
type Schema = { readonly type: 'record'; readonly fields: readonly Field[] }

export type SchemaChange = {
  readonly change: string
  /** The topic whose schema is changed. */
  readonly topic: 'orders' | 'clickstream'
  readonly of: (schema: Schema) => Schema
  /** Whether the changed schema reads what the released one wrote. */
  readonly isBackward: boolean
  /** Whether the released schema reads what the changed one writes. */
  readonly isForward: boolean
}

const withFields = (schema: Schema, change: (fields: readonly Field[]) => readonly Field[]): Schema => ({
  ...schema,
  fields: change(schema.fields),
})

const withField = (schema: Schema, name: string, change: (field: Field) => Field): Schema =>
  withFields(schema, (fields) => fields.map((field) => (field.name === name ? change(field) : field)))

const withRequiredItems = (payload: Field): Field => {
  const type = payload.type as Schema
  return {
    ...payload,
    type: withField(type, 'items', ({ name, type: items }) => ({ name, type: (items as unknown[])[1] })),
  }
}

/** Changes that somebody may make to a contract, with what Avro's rules say of them. */
export const SCHEMA_CHANGES: readonly SchemaChange[] = [
  {
    change: 'one more optional field',
    topic: 'orders',
    of: (schema) =>
      withFields(schema, (fields) => [...fields, { name: 'gift', type: ['null', 'boolean'], default: null }]),
    isBackward: true,
    isForward: true,
  },
  {
    change: 'one more required field',
    topic: 'orders',
    of: (schema) => withFields(schema, (fields) => [...fields, { name: 'gift', type: 'boolean' }]),
    isBackward: false,
    isForward: true,
  },
  {
    change: 'a required field less',
    topic: 'orders',
    of: (schema) => withFields(schema, (fields) => fields.filter(({ name }) => name !== 'currency')),
    isBackward: true,
    isForward: false,
  },
  {
    change: 'a required field that becomes optional',
    topic: 'orders',
    of: (schema) =>
      withField(schema, 'currency', (field) => ({ ...field, type: ['null', field.type], default: null })),
    isBackward: true,
    isForward: false,
  },
  {
    change: 'an optional field that becomes required',
    topic: 'orders',
    of: (schema) => withField(schema, 'customer_id', ({ name }) => ({ name, type: 'string' })),
    isBackward: false,
    isForward: true,
  },
  {
    change: 'an integer that becomes a text',
    topic: 'orders',
    of: (schema) => withField(schema, 'quantity', (field) => ({ ...field, type: 'string' })),
    isBackward: false,
    isForward: false,
  },
  {
    change: 'a required field by another name',
    topic: 'orders',
    of: (schema) => withField(schema, 'quantity', (field) => ({ ...field, name: 'units' })),
    isBackward: false,
    isForward: false,
  },
  {
    change: 'a list that becomes required',
    topic: 'clickstream',
    of: (schema) => withField(schema, 'payload', withRequiredItems),
    isBackward: false,
    isForward: true,
  },
]
