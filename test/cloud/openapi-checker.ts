import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv, type ValidateFunction } from 'ajv'
import formats from 'ajv-formats'
import { parse } from 'yaml'

/** One request with its answer, bodies parsed; undefined where there is none. */
export type Exchange = {
  readonly method: string
  /** Without the query. */
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly contentType: string | null
  readonly request: unknown
  readonly status: number
  readonly response: unknown
}

type Node = { readonly [name: string]: unknown }
type Operation = {
  readonly template: RegExp
  readonly method: string
  readonly parameters: readonly Node[]
  readonly node: Node
}

/** Confluent's OpenAPI files lie beside the repository, as the data sets do. @source ccloud-sdk-go-v2@b5d63ec4, Apache-2.0 */
const FOLDER = join(import.meta.dirname, '../../../shared/openapi/confluent')

/** Why exchanges cannot be checked here; null if they can. */
export const missingOpenApi = (name: string): string | null =>
  existsSync(join(FOLDER, name)) ? null : `no ../shared/openapi/confluent/${name}`

/**
 * Exchanges against an OpenAPI 3.0 file, stricter than the file says: a request has no member that it does not
 * declare, patterns hold for the whole text, and query parameters are known. What the file asks for in an answer and
 * declares nowhere is not asked for.
 */
export class OpenApiChecker {
  readonly #operations: readonly Operation[]
  readonly #document: Node
  readonly #validators = new Map<string, ValidateFunction>()

  constructor(document: unknown) {
    this.#document = nodeOf(document)
    this.#operations = Object.entries(nodeOf(this.#document['paths'])).flatMap(([path, item]) =>
      Object.entries(nodeOf(item)).flatMap(([method, operation]) =>
        METHODS.has(method)
          ? [
              {
                template: templateOf(path),
                method: method.toUpperCase(),
                parameters: [
                  ...listOf(nodeOf(item)['parameters']),
                  ...listOf(nodeOf(operation)['parameters']),
                ].map((one) => this.#resolved(one)),
                node: nodeOf(operation),
              },
            ]
          : [],
      ),
    )
  }

  /** @param name of a file in the folder */
  static read(name: string): OpenApiChecker {
    return new OpenApiChecker(parse(readFileSync(join(FOLDER, name), 'utf8')))
  }

  /** What is wrong with an exchange, one sentence a breach. */
  breaches(exchange: Exchange): readonly string[] {
    const { method, path } = exchange
    const operation = this.#operations.find((one) => one.method === method && one.template.test(path))
    if (operation === undefined) return [`${method} ${path}: there is no such operation`]
    return [
      ...this.#queryBreaches(operation, exchange),
      ...this.#requestBreaches(operation, exchange),
      ...this.#responseBreaches(operation, exchange),
    ].map((breach) => `${method} ${path}: ${breach}`)
  }

  #queryBreaches({ parameters }: Operation, { query }: Exchange): readonly string[] {
    const known = new Map(
      parameters.filter((one) => one['in'] === 'query').map((one) => [String(one['name']), one]),
    )
    const missing = [...known].filter(([name, one]) => one['required'] === true && !(name in query))
    return [
      ...missing.map(([name]) => `the query has no '${name}'`),
      ...Object.entries(query).flatMap(([name, value]) => {
        const parameter = known.get(name)
        if (parameter === undefined) return [`'${name}' is no parameter`]
        const schema = nodeOf(parameter['schema'])
        const typed = typedOf(schema['type'], value)
        return this.#faults(`query '${name}'`, schema, typed, 'request')
      }),
    ]
  }

  #requestBreaches({ node }: Operation, { contentType, request }: Exchange): readonly string[] {
    const body = this.#resolved(node['requestBody'])
    const contents = nodeOf(body['content'])
    if (Object.keys(contents).length === 0) return request === undefined ? [] : ['takes no body']
    if (request === undefined) return body['required'] === true ? ['has no body'] : []
    const content = contents[contentType?.split(';')[0] ?? '']
    if (content === undefined)
      return [`content type '${contentType}' is none of ${Object.keys(contents).join(', ')}`]
    return this.#faults('request', nodeOf(nodeOf(content)['schema']), request, 'request')
  }

  #responseBreaches({ node }: Operation, { status, response }: Exchange): readonly string[] {
    const answer = nodeOf(node['responses'])[String(status)]
    if (answer === undefined) return [`status ${status} is not declared`]
    const contents = Object.entries(nodeOf(this.#resolved(answer)['content']))
    const content = contents.find(([type]) => /[/+]json$/.test(type))?.[1]
    if (content === undefined) return response === undefined ? [] : [`status ${status} has no body`]
    return this.#faults(`answer ${status}`, nodeOf(nodeOf(content)['schema']), response, 'response')
  }

  #faults(what: string, schema: Node, value: unknown, side: Side): readonly string[] {
    const key = `${side} ${JSON.stringify(schema)}`
    const validate = this.#validators.get(key) ?? this.#compile(schema, side)
    this.#validators.set(key, validate)
    if (validate(value)) return []
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) =>
        `${what}${instancePath.replaceAll('/', '.')} ${message}${'additionalProperty' in params ? ` '${params['additionalProperty']}'` : ''}`,
    )
  }

  #compile(schema: Node, side: Side): ValidateFunction {
    const ajv = new Ajv({ strict: false, allErrors: true })
    formats.default(ajv)
    const schemas = nodeOf(nodeOf(this.#document['components'])['schemas'])
    const definitions = Object.fromEntries(
      Object.entries(schemas).map(([name, one]) => [name, this.#strict(nodeOf(one), side)]),
    )
    return ajv.compile({ ...this.#strict(schema, side), $defs: definitions })
  }

  /** The schema as JSON Schema, closed and anchored. References stay, but for those that are merged. */
  #strict(schema: Node, side: Side): Node {
    if (typeof schema['$ref'] === 'string')
      return { $ref: schema['$ref'].replace('#/components/schemas/', '#/$defs/') }
    const [only, ...others] = listOf(schema['allOf'])
    const says = Object.keys(schema).filter((key) => key !== 'allOf' && !ANNOTATIONS.test(key))
    // What is a reference stays one, or types that hold themselves would never end.
    if (only !== undefined && others.length === 0 && says.length === 0)
      return this.#strict(nodeOf(only), side)
    const merged = this.#merged(schema)
    const properties = nodeOf(merged['properties'])
    const names = Object.keys(properties)
    const required = [...new Set(listOf(merged['required']).map(String))].filter((name) =>
      isAsked(name, properties, side),
    )
    const inner = (one: unknown): Node => this.#strict(nodeOf(one), side)
    return {
      ...(merged['type'] === undefined
        ? {}
        : { type: merged['nullable'] === true ? [merged['type'], 'null'] : merged['type'] }),
      ...Object.fromEntries(PLAIN.flatMap((key) => (key in merged ? [[key, merged[key]]] : []))),
      ...(typeof merged['pattern'] === 'string' ? { pattern: `^(?:${merged['pattern']})$` } : {}),
      ...(names.length === 0
        ? {}
        : { properties: Object.fromEntries(names.map((name) => [name, inner(properties[name])])) }),
      ...(required.length === 0 ? {} : { required }),
      ...('items' in merged ? { items: inner(merged['items']) } : {}),
      ...extras(merged, names, side, inner),
      ...Object.fromEntries(
        ['oneOf', 'anyOf'].flatMap((key) => (key in merged ? [[key, listOf(merged[key]).map(inner)]] : [])),
      ),
    }
  }

  /** `allOf` as one schema: members of both, each merged with its namesake. */
  #merged(schema: Node): Node {
    const { allOf, ...own } = schema
    return listOf(allOf)
      .map((part) => this.#merged(this.#resolved(part)))
      .reduce((all, part) => this.#both(all, part), own)
  }

  #both(one: Node, other: Node): Node {
    const [left, right] = [nodeOf(one['properties']), nodeOf(other['properties'])]
    const names = [...new Set([...Object.keys(left), ...Object.keys(right)])]
    const properties = names.map((name) => {
      const [a, b] = [left[name], right[name]]
      if (a === undefined || b === undefined) return [name, a ?? b] as const
      return [name, { allOf: [a, b] }] as const
    })
    return {
      ...one,
      ...other,
      ...(names.length === 0 ? {} : { properties: Object.fromEntries(properties) }),
      required: [...listOf(one['required']), ...listOf(other['required'])],
    }
  }

  #resolved(node: unknown): Node {
    const { $ref } = nodeOf(node)
    if (typeof $ref !== 'string') return nodeOf(node)
    const target = $ref
      .replace(/^#\//, '')
      .split('/')
      .reduce<unknown>((inner, name) => nodeOf(inner)[name], this.#document)
    return this.#resolved(target)
  }
}

function typedOf(type: unknown, text: string): unknown {
  if (type === 'integer') return Number(text)
  return type === 'boolean' && (text === 'true' || text === 'false') ? text === 'true' : text
}

type Side = 'request' | 'response'

const METHODS = new Set(['get', 'put', 'post', 'patch', 'delete'])

const ANNOTATIONS = /^(description|title|example|readOnly|deprecated|x-.*)$/

/** Words of JSON Schema that are taken as they are. */
const PLAIN = [
  'enum',
  'format',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
  'maxProperties',
]

/** In a request nothing is asked for that only the service sets, unless it is there anyway. */
function isAsked(name: string, properties: Node, side: Side): boolean {
  if (!(name in properties)) return false
  return side === 'response' || nodeOf(properties[name])['readOnly'] !== true
}

function extras(merged: Node, names: readonly string[], side: Side, inner: (one: unknown) => Node): Node {
  const { additionalProperties } = merged
  if (typeof additionalProperties === 'object') return { additionalProperties: inner(additionalProperties) }
  if (additionalProperties !== undefined) return { additionalProperties }
  return side === 'request' && names.length > 0 ? { additionalProperties: false } : {}
}

const templateOf = (path: string): RegExp =>
  new RegExp(`^${path.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{[^}]+\}/g, '[^/]+')}$`)

const nodeOf = (value: unknown): Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {}
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
