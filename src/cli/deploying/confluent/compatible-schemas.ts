import avro from 'avsc'

/**
 * Whether what is written with one schema can be read with the other; null if so, else why not.
 * @param reader, writer Avro schemas as JSON
 */
export function unreadable(reader: object, writer: object): string | null {
  try {
    typeOf(reader).createResolver(typeOf(writer))
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

const typeOf = (schema: object) =>
  avro.Type.forSchema(JSON.parse(JSON.stringify(schema)), { omitRecordMethods: true })
