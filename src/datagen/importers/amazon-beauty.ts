import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { EndcapError } from '../../core/errors.ts'

const SEQUENCES_FILE = 'sequences.txt.gz'
const ITEMS_FILE = 'items.tsv.gz'
const ITEMS_HEADER = 'item_id\tasin\ttitle\tphrase\tattribute_ids'

/** Shoppers' items in time order, and what is known of each item. Undated. */
export type AmazonBeauty = {
  readonly items: readonly AmazonBeautyItem[]
  /** Indexes into `items`, oldest first, one list a user, in file order. */
  readonly sequences: readonly Int32Array[]
}

export type AmazonBeautyItem = {
  /** Amazon's product id. */
  readonly asin: string
  readonly title: string
  /** Distinct numbers as in the file, from 1. */
  readonly attributes: readonly number[]
}

/** Whether the folder holds Amazon Beauty in this form. */
export const isAmazonBeauty = (folder: string): boolean =>
  existsSync(join(folder, SEQUENCES_FILE)) && existsSync(join(folder, ITEMS_FILE))

/**
 * Reads Amazon Beauty 5-core: `user item item ...` a line, and a table of items numbered from 1.
 * @throws EndcapError BAD_INPUT_FILE if a file is absent or a line cannot be read
 * @source J. McAuley's Amazon reviews in the form of S3-Rec; research use
 */
export function readAmazonBeauty(folder: string): AmazonBeauty {
  const items = linesOf(folder, ITEMS_FILE).map((line, index) =>
    index === 0 ? header(line) : item(line, index),
  )
  const known = items.filter((entry) => entry !== null)
  const sequences = linesOf(folder, SEQUENCES_FILE).map((line, index) =>
    sequence(line, { lineNo: index + 1, itemCount: known.length }),
  )
  return { items: known, sequences }
}

function header(line: string): null {
  if (line === ITEMS_HEADER) return null
  throw bad(ITEMS_FILE, 1, `the header is not '${ITEMS_HEADER.replaceAll('\t', ' ')}'`)
}

function item(line: string, index: number): AmazonBeautyItem {
  const [id, asin, title, , attributes, ...rest] = line.split('\t')
  if (asin === undefined || title === undefined || attributes === undefined || rest.length > 0) {
    throw bad(ITEMS_FILE, index + 1, 'it has not five columns')
  }
  if (Number(id) !== index) throw bad(ITEMS_FILE, index + 1, `the item is '${id}', not ${index}`)
  const numbers = attributes.split(' ').filter((word) => word !== '')
  return { asin, title, attributes: [...new Set(numbers.map(Number))] }
}

function sequence(line: string, { lineNo, itemCount }: { lineNo: number; itemCount: number }): Int32Array {
  const [, ...words] = line.trim().split(' ')
  return Int32Array.from(words, (word) => {
    const number = Number(word)
    if (Number.isInteger(number) && number >= 1 && number <= itemCount) return number - 1
    throw bad(SEQUENCES_FILE, lineNo, `there is no item '${word}'`)
  })
}

function linesOf(folder: string, file: string): string[] {
  try {
    const lines = gunzipSync(readFileSync(join(folder, file)))
      .toString('utf8')
      .split('\n')
    return lines.at(-1) === '' ? lines.slice(0, -1) : lines
  } catch (cause) {
    throw new EndcapError('BAD_INPUT_FILE', `cannot read ${join(folder, file)}`, { cause })
  }
}

const bad = (file: string, lineNo: number, message: string): EndcapError =>
  new EndcapError('BAD_INPUT_FILE', message, { place: `${file}, line ${lineNo}` })
