import type { RecordValue } from '../../algebra/source.ts'
import { SUBJECT_COMPATIBILITY } from '../../catalog/avro.ts'
import { EndcapError } from '../../core/errors.ts'
import { AvroType } from './avro-type.ts'
import type { SchemaRegistry } from './schema-registry.ts'

/** Confluent's framing: a zero byte, the schema's id (uint32, big endian), Avro's binary encoding. */
const HEADER_BYTES = 5

/** Why bytes are no record: what a dead letter says of them. */
export const POISON = {
  framing: 'not_avro',
  schema: 'unknown_schema',
  evolution: 'unreadable_schema',
  bytes: 'undecodable',
} as const
export type PoisonReason = (typeof POISON)[keyof typeof POISON]

export type Decoded = { readonly value: RecordValue } | { readonly poison: PoisonReason }

type Written = { readonly id: number; readonly type: AvroType }
type Reader = (bytes: Buffer) => RecordValue

/** Records of topics as bytes, with the schemas of the topics in a registry: subject `<topic>-value`. */
export class AvroCodec {
  readonly #registry: SchemaRegistry
  readonly #schemas: ReadonlyMap<string, object>
  readonly #written = new Map<string, Written>()
  readonly #readers = new Map<string, Promise<Reader | PoisonReason>>()

  /** @param schemas by topic, as its records are written and read here */
  constructor(registry: SchemaRegistry, schemas: ReadonlyMap<string, object>) {
    this.#registry = registry
    this.#schemas = schemas
  }

  /**
   * Registers the schemas of all topics, which from then on allow only compatible ones.
   * @throws EndcapError SCHEMA_CONFLICT, ENGINE_UNAVAILABLE
   */
  async register(): Promise<void> {
    for (const [topic, schema] of this.#schemas) {
      const subject = subjectOf(topic)
      const id = await this.#registry.register(subject, schema)
      await this.#registry.setCompatibility(subject, SUBJECT_COMPATIBILITY)
      this.#written.set(topic, { id, type: new AvroType(schema) })
    }
  }

  /**
   * Finds the schemas of all topics where others have registered them; changes nothing.
   * @throws EndcapError NOT_FOUND if one is not there, SCHEMA_CONFLICT if later ones need not be compatible with it,
   *   ENGINE_UNAVAILABLE
   */
  async find(): Promise<void> {
    for (const [topic, schema] of this.#schemas) {
      const subject = subjectOf(topic)
      const id = await this.#registry.lookUp(subject, schema).catch((cause) => {
        throw isMissing(cause) ? unfound(subject, cause) : cause
      })
      const level = await this.#registry.compatibilityOf(subject)
      if (level !== SUBJECT_COMPATIBILITY) {
        throw new EndcapError(
          'SCHEMA_CONFLICT',
          `its compatibility is ${level}, not ${SUBJECT_COMPATIBILITY}`,
          {
            place: `subject '${subject}'`,
            remedy: `Set the subject’s compatibility to ${SUBJECT_COMPATIBILITY}; ${INFRASTRUCTURE}.`,
          },
        )
      }
      this.#written.set(topic, { id, type: new AvroType(schema) })
    }
  }

  /** @throws Error if the topic was not registered, or the value is not of its schema */
  encode(topic: string, value: RecordValue): Buffer {
    const written = this.#written.get(topic)
    if (written === undefined) throw new Error(`bug: the schema of '${topic}' was not registered`)
    const header = Buffer.alloc(HEADER_BYTES)
    header.writeUInt32BE(written.id, 1)
    return Buffer.concat([header, written.type.encode(value)])
  }

  /**
   * The record that the bytes are, as the topic's schema here reads it, or why they are none.
   * @throws EndcapError ENGINE_UNAVAILABLE if the registry cannot be asked
   */
  async decode(topic: string, bytes: Buffer): Promise<Decoded> {
    if (bytes.length < HEADER_BYTES || bytes[0] !== 0) return { poison: POISON.framing }
    const reader = await this.#reader(topic, bytes.readUInt32BE(1))
    if (typeof reader === 'string') return { poison: reader }
    try {
      return { value: reader(bytes.subarray(HEADER_BYTES)) }
    } catch {
      return { poison: POISON.bytes }
    }
  }

  #reader(topic: string, id: number): Promise<Reader | PoisonReason> {
    const key = `${id} ${topic}`
    const known = this.#readers.get(key)
    if (known !== undefined) return known
    const made = this.#makeReader(topic, id)
    this.#readers.set(key, made)
    // A registry that was away, or an id that comes to be known, shall be asked for again.
    const forget = () => this.#readers.delete(key)
    made.then((reader) => reader === POISON.schema && forget(), forget)
    return made
  }

  async #makeReader(topic: string, id: number): Promise<Reader | PoisonReason> {
    const schema = this.#schemas.get(topic)
    if (schema === undefined) throw new Error(`bug: topic '${topic}' has no schema`)
    let text: string
    try {
      text = await this.#registry.schema(id)
    } catch (error) {
      if (error instanceof EndcapError && error.code === 'NOT_FOUND') return POISON.schema
      throw error
    }
    try {
      return new AvroType(schema).readerOf(new AvroType(JSON.parse(text)))
    } catch {
      return POISON.evolution
    }
  }
}

export const subjectOf = (topic: string): string => `${topic}-value`

const INFRASTRUCTURE = 'at Confluent `endcap deploy render` and `pulumi up` do'

const isMissing = (cause: unknown): boolean => cause instanceof EndcapError && cause.code === 'NOT_FOUND'

const unfound = (subject: string, cause: unknown): EndcapError =>
  new EndcapError('NOT_FOUND', 'the registry has not the schema of this catalog', {
    place: `subject '${subject}'`,
    cause,
    remedy: `Register it; ${INFRASTRUCTURE}.`,
  })
