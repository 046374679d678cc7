/** The words of a text that may be ids, also without the marks at their ends and the line of an order line. */
export function* wordsOf(content: string): Generator<string> {
  for (const [word] of content.matchAll(/[A-Za-z0-9._~:-]+/g)) {
    yield word
    const bare = word.replace(/^[._~:-]+|[._~:-]+$/g, '')
    if (bare !== word) yield bare
    const colon = bare.lastIndexOf(':')
    if (colon > 0) yield bare.slice(0, colon)
  }
}

/** The text, '' for anything else. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
