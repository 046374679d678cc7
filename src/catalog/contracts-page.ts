import type { TObject, TSchema } from 'typebox'
import type { Source } from '../algebra/source.ts'
import { ID_PATTERN } from '../core/ids.ts'
import { ALIASES, ITEM_ALIASES } from './aliases.ts'
import { CONTRACTS } from './validator.ts'

/** The part of JSON Schema that our contracts use. */
type SchemaNode = {
  readonly type?: string
  readonly title?: string
  readonly description?: string
  readonly pattern?: string
  readonly enum?: readonly string[]
  readonly minimum?: number
  readonly maximum?: number
  readonly maxLength?: number
  readonly maxItems?: number
  readonly items?: SchemaNode
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>
  readonly required?: readonly string[]
}

/** A field of a contract as the page shows it. */
export type FieldLine = {
  /** `payload.items[].item_id`. */
  readonly path: string
  readonly type: string
  readonly isRequired: boolean
  /** Empty where there is nothing to say. */
  readonly range: string
  readonly meaning: string
}

const INTRODUCTION = `# Contracts

Generated from \`src/catalog\`; a test compares. Every record is one JSON object. Money is in minor units
(\`..._cents\`), instants (\`..._at\`) are epoch milliseconds UTC. A field that a contract does not have, a value outside its
range or a required field that is absent sends the record to the dead letters. A null field counts as absent.
`

/** All contracts as a page of Markdown: fields with type, range and meaning, then the names under which they may come. */
export function contractsPage(sources: readonly Source[]): string {
  return [INTRODUCTION, ...sources.map(topicSection), aliasSection(), GA4_SECTION].join('\n')
}

/** The fields of a topic in declared order, those inside records and lists after their own. */
export function fieldLines(topic: string): readonly FieldLine[] {
  return linesOf(contractOf(topic), '')
}

function topicSection(source: Source): string {
  const rows = fieldLines(source.name).map(
    ({ path, type, isRequired, range, meaning }) =>
      `| \`${path}\` | ${type} | ${isRequired ? 'yes' : ''} | ${range} | ${meaning} |`,
  )
  const reasons = source.checks.map(({ reason }) => `\`${reason}\``)
  const checks = reasons.length === 0 ? '' : ` Also refused: ${reasons.join(', ')}.`
  return `## \`${source.name}\`

${contractOf(source.name).description ?? ''}

Topic key: \`${source.partitionBy}\`. Id: ${source.id.map((name) => `\`${name}\``).join(', ')}. Instant: \`${source.at}\`.${checks}

| field | type | required | range | meaning |
|---|---|---|---|---|
${rows.join('\n')}
`
}

function linesOf(node: SchemaNode, prefix: string): readonly FieldLine[] {
  const required = new Set(node.required ?? [])
  return Object.entries(node.properties ?? {}).flatMap(([name, field]) => {
    const path = prefix + name
    const line = {
      path,
      type: typeOf(field),
      isRequired: required.has(name),
      range: rangeOf(field),
      meaning: field.description ?? '',
    }
    const inside =
      field.type === 'array' ? linesOf(field.items ?? {}, `${path}[].`) : linesOf(field, `${path}.`)
    return [line, ...inside]
  })
}

function typeOf(node: SchemaNode): string {
  switch (node.type) {
    case 'array':
      return `list of ${typeOf(node.items ?? {})}`
    case 'object':
      return node.patternProperties === undefined ? 'record' : 'map of text'
    case 'string':
      if (node.enum !== undefined) return 'word'
      return node.pattern === ID_PATTERN ? 'id' : 'text'
    default:
      return node.type ?? ''
  }
}

function rangeOf(node: SchemaNode): string {
  if (node.type === 'array') return node.maxItems === undefined ? '' : `at most ${grouped(node.maxItems)}`
  if (node.enum !== undefined) return node.enum.map((word) => `\`${word}\``).join(', ')
  if (node.pattern !== undefined) return `\`${node.pattern.slice(1, -1).replaceAll('|', '\\|')}\``
  if (node.maxLength !== undefined) return `at most ${grouped(node.maxLength)} characters`
  if (node.minimum === undefined || node.maximum === undefined) return ''
  return `${grouped(node.minimum)} to ${grouped(node.maximum)}`
}

function aliasSection(): string {
  const tables = [...Object.entries(ALIASES), ['clickstream, `payload.items[]`', ITEM_ALIASES] as const]
  const rows = tables.flatMap(([topic, names]) =>
    Object.entries(names).map(([alias, field]) => {
      const how = field.endsWith('_cents') ? 'decimal in the record’s `currency`' : ''
      return `| ${topic} | \`${alias}\` | \`${field}\` | ${how} |`
    }),
  )
  return `## Other names

HTTP and files take these names too; topics, log and lake never have them. A field under two names is refused
(\`named_twice\`). A decimal is turned into minor units by its digits (JPY 0, KWD 3, most others 2): one with more digits
than the currency has is refused (\`too_many_digits\`), as is one without a \`currency\`. Where the contract has no currency
it is read for the decimals and not kept.

| topic | name | becomes | |
|---|---|---|---|
${rows.join('\n')}
`
}

const GA4_SECTION = `## Google Analytics 4

An event with \`name\` and \`params\` is a click. The members \`client_id\`, \`user_id\` and \`timestamp_micros\` of a Measurement
Protocol body hold for all its events that have none of their own.

| in Google Analytics 4 | becomes |
|---|---|
| \`name\` | \`event\` |
| \`timestamp_micros\` | \`occurred_at\`; required |
| \`client_id\`, \`params.ga_session_id\` (or \`params.session_id\`) | \`session_id\`: both with a point between them |
| \`user_id\` | \`customer_id\` |
| \`params.event_id\` | \`event_id\`; absent: made of the content, so that the same event counts once |
| \`params.decision_id\` | \`decision_id\` |
| \`params.search_term\` | \`payload.search_term\` |
| \`items[].item_id\`, \`item_name\`, \`quantity\`, \`index\` | the same |
| \`items[].item_category\`, \`item_category2\` to \`5\` | \`item_category\`: a path |
| \`items[].price\` + \`discount\` | \`price_cents\`: before the discount; in Google Analytics the price is after it |
| \`items[].discount\` | \`discount_cents\` |
| \`items[].item_list_id\`, else \`params.item_list_id\` | \`item_list_id\` |
| anything else | \`payload.extra\`, as text; of items \`items.0.item_brand\` |
`

function contractOf(topic: string): SchemaNode {
  const contract: TObject | undefined = CONTRACTS[topic as keyof typeof CONTRACTS]
  if (contract === undefined) throw new Error(`bug: topic '${topic}' has no contract`)
  return contract as TSchema as SchemaNode
}

/** Digits in threes from 10,000 on: a year is left as it is. */
const grouped = (value: number): string =>
  Math.abs(value) < 10_000 ? String(value) : value.toLocaleString('en-US')
