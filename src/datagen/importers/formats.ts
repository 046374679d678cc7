import { existsSync } from 'node:fs'
import { EndcapError } from '../../core/errors.ts'
import { adventureWorksFormat } from './adventureworks.ts'
import { completeJourneyFormat } from './complete-journey.ts'
import { deltaFormat } from './delta-tables.ts'
import type { ImportFormat } from './import-format.ts'
import { csvFormat, jsonLinesFormat, parquetFormat } from './mapped-columns.ts'
import { merchantFeedFormat } from './merchant-feed.ts'
import { onlineRetailFormat } from './online-retail-shop.ts'
import { segmentFormat } from './segment.ts'
import { topicFilesFormat } from './topic-files.ts'

/** All formats that can be imported, in the order in which they are tried. */
export const IMPORT_FORMATS: readonly ImportFormat[] = [
  onlineRetailFormat,
  completeJourneyFormat,
  adventureWorksFormat,
  segmentFormat,
  merchantFeedFormat,
  topicFilesFormat,
  deltaFormat,
  csvFormat,
  jsonLinesFormat,
  parquetFormat,
]

/**
 * The format of a file or folder.
 * @param name as given by the user; absent: the first format that recognises it
 * @throws EndcapError BAD_INPUT_FILE if nothing is there or no format recognises it, USAGE for an unknown name
 */
export function formatOf(path: string, name?: string): ImportFormat {
  const names = IMPORT_FORMATS.map((format) => format.name).join(', ')
  const named = IMPORT_FORMATS.find((format) => format.name === name)
  if (name !== undefined && named === undefined) {
    throw new EndcapError('USAGE', `there is no format '${name}'; formats are ${names}`)
  }
  if (!existsSync(path)) throw new EndcapError('BAD_INPUT_FILE', `there is no '${path}'`)
  const format = named ?? IMPORT_FORMATS.find((candidate) => candidate.recognises(path))
  if (format?.recognises(path)) return format
  const what = named === undefined ? `none of the formats ${names}` : `not of the format '${named.name}'`
  throw new EndcapError('BAD_INPUT_FILE', `'${path}' is ${what}`)
}
