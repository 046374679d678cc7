import { ScoringFault } from './scoring-fault.ts'

/** Strings, or the words that Python writes for numbers that JSON does not have. */
const STRING_OR_WORD = /"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g

/**
 * A body as JSON, in which, as Python writes it, NaN stands for a missing value.
 * @throws ScoringFault without a word of the body
 */
export function scoringJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    try {
      return JSON.parse(text.replace(STRING_OR_WORD, (word) => (word === 'NaN' ? 'null' : word)))
    } catch {
      throw new ScoringFault(
        'BAD_REQUEST',
        'Invalid input. Ensure that input is a valid JSON formatted string.',
      )
    }
  }
}
