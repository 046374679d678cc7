import { type AvroRecord, avroSchemaOf } from '../../catalog/avro.ts'
import { CONTRACTS } from '../../catalog/validator.ts'

/** Schema of the values of a source's topic. */
export const sourceSchema = (topic: string): AvroRecord => avroSchemaOf(contractName(topic))

function contractName(topic: string): keyof typeof CONTRACTS {
  for (const name of Object.keys(CONTRACTS) as (keyof typeof CONTRACTS)[]) if (name === topic) return name
  throw new Error(`bug: source '${topic}' has no contract`)
}
