import { EndcapError } from '../core/errors.ts'

/**
 * The one place where SQL text is put together: quoting, literals and the shape of a query. Key words in
 * upper case, one clause a line, so that golden files read well as differences.
 */
export type QuoteMark = '"' | '`'

/** A file of a statement, or of several. */
export type SqlFile = { readonly name: string; readonly sql: string }

/** A name as the engine takes it literally, whatever words it reserves. */
export function identifier(name: string, mark: QuoteMark): string {
  return mark + name.replaceAll(mark, mark + mark) + mark
}

const SAFE_WORD = /^[A-Za-z0-9._~:-]*$/

/**
 * Words are made of the characters of ids alone: no engine escapes, pads or folds any of them.
 * @throws EndcapError NOT_EXPRESSIBLE for any other text
 */
export function wordLiteral(word: string): string {
  if (!SAFE_WORD.test(word)) {
    throw new EndcapError('NOT_EXPRESSIBLE', `the word ${JSON.stringify(word)} has characters that no id has`)
  }
  return `'${word}'`
}

/** @throws EndcapError NOT_EXPRESSIBLE unless it is an integer that doubles carry exactly */
export function integerLiteral(value: number): string {
  if (!Number.isSafeInteger(value)) {
    throw new EndcapError('NOT_EXPRESSIBLE', `${value} is not an exact integer`)
  }
  return value < 0 ? `(${value})` : String(value)
}

/** Expression and the quoted name that it gets; the same text twice prints once. */
export type SelectColumn = readonly [expression: string, name: string]

export type SelectParts = {
  readonly columns: readonly SelectColumn[]
  /** A quoted name, a join, or a query in parentheses. */
  readonly from: string
  /** All of them hold. */
  readonly where?: readonly string[]
  readonly groupBy?: readonly string[]
}

export function select({ columns, from, where = [], groupBy = [] }: SelectParts): string {
  const items = columns.map(([expression, name]) => (expression === name ? name : `${expression} AS ${name}`))
  return [
    `SELECT\n${indent(items.join(',\n'))}`,
    `FROM ${from}`,
    ...(where.length === 0 ? [] : [`WHERE ${where.join('\n  AND ')}`]),
    ...(groupBy.length === 0 ? [] : [`GROUP BY ${groupBy.join(', ')}`]),
  ].join('\n')
}

/** Rows of all queries, repeated ones too. */
export const unionAll = (queries: readonly string[]): string => queries.join('\nUNION ALL\n')

export const inParentheses = (query: string): string => `(\n${indent(query)}\n)`

/** `hint` stands before the query: `MATERIALIZED` where an engine should not look into it. */
export type NamedQuery = readonly [name: string, query: string, hint?: string]

/** `main` after the named queries, each of which sees those before it. */
export function withQueries(named: readonly NamedQuery[], main: string): string {
  if (named.length === 0) return main
  const parts = named.map(
    ([name, query, hint = '']) => `${name} AS ${hint}${hint === '' ? '' : ' '}${inParentheses(query)}`,
  )
  return `WITH ${parts.join(',\n')}\n${main}`
}

/** `CASE WHEN ... THEN ... END`, one branch a line; null where nothing holds and there is no `otherwise`. */
export function caseWhen(
  branches: readonly (readonly [when: string, then: string])[],
  otherwise?: string,
): string {
  const lines = branches.map(([when, then]) => `WHEN ${when} THEN ${then}`)
  if (otherwise !== undefined) lines.push(`ELSE ${otherwise}`)
  return lines.length <= 2 ? `CASE ${lines.join(' ')} END` : `CASE\n${indent(lines.join('\n'))}\nEND`
}

export const indent = (text: string): string => text.replaceAll(/^(?=.)/gm, '  ')
