import fc, { type Arbitrary } from 'fast-check'

/** The part of JSON Schema that our contracts use. */
type SchemaNode = {
  readonly type?: string
  readonly pattern?: string
  readonly enum?: readonly string[]
  readonly minimum?: number
  readonly maximum?: number
  readonly maxLength?: number
  readonly items?: SchemaNode
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>
  readonly required?: readonly string[]
}

/** Values at random that a contract allows; of optional fields any part. Lists, maps and texts are short. */
export function recordsOf(schema: object): Arbitrary<Readonly<Record<string, unknown>>> {
  return objects(schema as SchemaNode) as Arbitrary<Readonly<Record<string, unknown>>>
}

function values(node: SchemaNode): Arbitrary<unknown> {
  switch (node.type) {
    case 'integer':
      return fc.oneof(fc.constantFrom(node.minimum ?? 0, node.maximum ?? 0), fc.integer(ends(node)))
    case 'number':
      return fc.double({ noNaN: true, noDefaultInfinity: true })
    case 'boolean':
      return fc.boolean()
    case 'string':
      if (node.enum !== undefined) return fc.constantFrom(...node.enum)
      return node.pattern === undefined
        ? fc.string({ unit: 'grapheme', maxLength: Math.min(8, node.maxLength ?? 8) })
        : fc.stringMatching(new RegExp(node.pattern))
    case 'array':
      return fc.array(values(node.items ?? {}), { maxLength: 4 })
    case 'object':
      return objects(node)
    default:
      throw new Error(`no values of type ${node.type}`)
  }
}

function objects(node: SchemaNode): Arbitrary<unknown> {
  const [inMap] = Object.values(node.patternProperties ?? {})
  if (inMap !== undefined) return fc.dictionary(fc.string({ maxLength: 5 }), values(inMap), { maxKeys: 4 })
  const fields = Object.entries(node.properties ?? {}).map(([name, field]) => [name, values(field)] as const)
  return fc.record(Object.fromEntries(fields), { requiredKeys: [...(node.required ?? [])] })
}

const ends = ({ minimum = 0, maximum = 0 }: SchemaNode) => ({ min: minimum, max: maximum })
