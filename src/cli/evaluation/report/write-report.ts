import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EndcapError } from '../../../core/errors.ts'
import type { Evaluation } from '../rows.ts'
import { reportPlots } from './report-plots.ts'
import { htmlReport, markdownReport, reportTables } from './report-text.ts'

/**
 * Writes the lines of a run as `report.md` with its drawings beside it, `report.html` in one piece, and `report.json`.
 * @returns the paths
 * @throws EndcapError DATA_FOLDER if the folder cannot be written
 */
export async function writeReport(rows: readonly Evaluation[], folder: string): Promise<string[]> {
  const [first] = rows
  const plots = reportPlots(rows)
  const content = {
    title: `${first?.data ?? ''}, ${first?.protocol ?? ''}`,
    tables: reportTables(rows),
    plots,
  }
  const files: readonly (readonly [string, string])[] = [
    ['report.md', markdownReport(content)],
    ...plots.map(({ svg }, index) => [`plot-${index + 1}.svg`, `${svg}\n`] as const),
    ['report.html', htmlReport(content)],
    ['report.json', `${JSON.stringify(rows, null, 2)}\n`],
  ]
  try {
    mkdirSync(folder, { recursive: true })
    for (const [name, text] of files) writeFileSync(join(folder, name), text)
  } catch (cause) {
    throw new EndcapError('DATA_FOLDER', `cannot write the report to '${folder}'`, { cause })
  }
  return files.map(([name]) => join(folder, name))
}
