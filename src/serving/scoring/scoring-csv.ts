import { parse } from 'csv-parse/sync'
import { ScoringFault } from './scoring-fault.ts'

/** A CSV body with a header line, in the form of `dataframe_split`; empty cells are missing values. @throws ScoringFault */
export function scoringCsv(text: string): unknown {
  let rows: string[][]
  try {
    rows = parse(text, { skip_empty_lines: true })
  } catch {
    throw new ScoringFault(
      'BAD_REQUEST',
      'Invalid input. Ensure that input is a CSV string with a header line.',
    )
  }
  const [columns, ...data] = rows
  if (columns === undefined)
    throw new ScoringFault('BAD_REQUEST', 'Invalid input. The CSV has no header line.')
  return {
    dataframe_split: { columns, data: data.map((row) => row.map((cell) => (cell === '' ? null : cell))) },
  }
}
