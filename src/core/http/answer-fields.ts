/** A field of an answer of unknown shape, undefined if there is none. */
export function field(answer: unknown, name: string): unknown {
  if (typeof answer !== 'object' || answer === null) return undefined
  return new Map<string, unknown>(Object.entries(answer)).get(name)
}

/** A field of an answer that is a list; empty if there is none. */
export function listField(answer: unknown, name: string): readonly unknown[] {
  const value = field(answer, name)
  return Array.isArray(value) ? value : []
}

/** A field of an answer that is text; empty if there is none. */
export function textOr(answer: unknown, name: string, otherwise = ''): string {
  const value = field(answer, name)
  return typeof value === 'string' ? value : otherwise
}
