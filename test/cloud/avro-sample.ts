/** The part of an annotated Avro schema that is read here. */
type Node = {
  readonly type: unknown
  readonly fields?: readonly { readonly name: string; readonly type: unknown }[]
  readonly items?: unknown
  readonly 'arg.properties'?: {
    readonly options?: readonly unknown[]
    readonly regex?: string
    readonly range?: { readonly min: number; readonly max: number }
    readonly iteration?: { readonly start: number; readonly step: number }
    readonly length?: { readonly min: number; readonly max: number }
  }
}

/**
 * Records as Confluent's generator makes them of an annotated schema: a stand-in for the annotations that we use, for
 * tests. Each call is the next record.
 * @source confluentinc/avro-random-generator, README
 */
export function sampleOf(schema: object, seed: number): () => unknown {
  const draw = randomOf(seed)
  let number = 0
  return () => {
    const record = madeOf(schema, draw, number)
    number += 1
    return record
  }
}

type Draw = (below: number) => number

/** Numerical Recipes' linear congruential generator. */
function randomOf(seed: number): Draw {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

function madeOf(schema: unknown, draw: Draw, number: number): unknown {
  if (Array.isArray(schema)) return madeOf(schema[draw(schema.length)], draw, number)
  if (typeof schema === 'string') return plainOf(schema, draw)
  if (!isNode(schema)) throw new Error(`no schema: ${JSON.stringify(schema)}`)
  const { options, regex, range, iteration, length } = schema['arg.properties'] ?? {}
  if (options !== undefined) return options[draw(options.length)]
  if (regex !== undefined) return matching(regex, draw)
  if (range !== undefined) return range.min + draw(range.max - range.min)
  if (iteration !== undefined) return iteration.start + iteration.step * number
  if (schema.fields !== undefined) {
    return Object.fromEntries(schema.fields.map(({ name, type }) => [name, madeOf(type, draw, number)]))
  }
  if (schema.type === 'array') {
    const { min, max } = length ?? { min: 0, max: 3 }
    return Array.from({ length: min + draw(max - min) }, () => madeOf(schema.items, draw, number))
  }
  return plainOf(schema.type, draw)
}

const isNode = (schema: unknown): schema is Node =>
  typeof schema === 'object' && schema !== null && 'type' in schema

function plainOf(type: unknown, draw: Draw): unknown {
  switch (type) {
    case 'null':
      return null
    case 'boolean':
      return draw(2) === 1
    case 'long':
      return draw(2 ** 31)
    case 'string':
      return matching('[a-z]{12}', draw)
    default:
      throw new Error(`no annotation for ${JSON.stringify(type)}`)
  }
}

/** Of literals and classes with a fixed count. */
const matching = (regex: string, draw: Draw): string =>
  regex.replace(/\[([^\]]+)\](?:\{(\d+)\})?/g, (_whole, set: string, count = '1') => {
    const characters = set.replace(/(.)-(.)/g, (_range, from: string, to: string) =>
      Array.from({ length: to.charCodeAt(0) - from.charCodeAt(0) + 1 }, (_, step) =>
        String.fromCharCode(from.charCodeAt(0) + step),
      ).join(''),
    )
    return Array.from({ length: Number(count) }, () => characters[draw(characters.length)]).join('')
  })
