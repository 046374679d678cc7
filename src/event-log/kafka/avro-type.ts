import avro from 'avsc'
import type { RecordValue } from '../../algebra/source.ts'
import { withoutNulls } from '../../catalog/without-nulls.ts'

/** A record's Avro type: writes and reads Avro's binary encoding, without any framing. */
export class AvroType {
  readonly #type: avro.Type

  /** @param schema an Avro schema, parsed @throws Error if it is none */
  constructor(schema: object) {
    this.#type = avro.Type.forSchema(schema as avro.Schema, { wrapUnions: false })
  }

  /** @throws Error that names the field if the value is none of the type */
  encode(value: RecordValue): Buffer {
    try {
      return this.#type.toBuffer(value)
    } catch (cause) {
      const places: string[] = []
      this.#type.isValid(value, { errorHook: (path) => places.push(path.join('.')) })
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new Error(`${places.join(', ')}: ${reason}`, { cause })
    }
  }

  /**
   * Reads what a schema wrote as a value of this type; absent fields are left out.
   * @throws Error here if the two do not fit; the reader throws an Error for bytes that are none of `writer`
   */
  readerOf(writer: AvroType): (bytes: Buffer) => RecordValue {
    const resolver = this.#type.createResolver(writer.#type)
    return (bytes) => withoutNulls(this.#type.fromBuffer(bytes, resolver))
  }
}

/**
 * Why what is written with one schema cannot be read with another, by Avro's rules of schema resolution; null if it can.
 * @param reader, writer Avro schemas, parsed
 */
export function unreadable(reader: object, writer: object): string | null {
  try {
    new AvroType(reader).readerOf(new AvroType(writer))
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
