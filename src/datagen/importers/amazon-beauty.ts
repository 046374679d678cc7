import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { EndcapError } from '../../core/errors.ts'
import { isGzip, isRecord, plainName } from './rows.ts'

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

type Files = {
  readonly sequences: string
  readonly items: string | undefined
  readonly attributes: string | undefined
}

/** Whether the folder holds an Amazon category in this form. */
export const isAmazonBeauty = (folder: string): boolean => filesOf(folder) !== null

/**
 * The files of a category, each packed or not: `sequences.txt` with `items.tsv`, or as S3-Rec ships any category,
 * `Name.txt` with `Name_item2attributes.json`.
 */
function filesOf(folder: string): Files | null {
  const names = readdirSync(folder).sort()
  const find = (plain: string) => names.find((name) => plainName(name) === plain)
  const own = find('sequences.txt')
  const items = find('items.tsv')
  if (own !== undefined && items !== undefined) return { sequences: own, items, attributes: undefined }
  for (const attributes of names) {
    const category = /^(.+)_item2attributes\.json$/.exec(plainName(attributes))?.[1]
    const sequences = category === undefined ? undefined : find(`${category}.txt`)
    if (sequences !== undefined) return { sequences, items: undefined, attributes }
  }
  return null
}

/**
 * Reads an Amazon 5-core category such as Beauty: `user item item ...` a line, items numbered from 1, and a table of
 * items with titles and attributes, or their attributes alone.
 * @throws EndcapError BAD_INPUT_FILE if a file is absent or a line cannot be read
 * @source J. McAuley's Amazon reviews in the form of S3-Rec; research use
 */
export function readAmazonBeauty(folder: string): AmazonBeauty {
  const files = filesOf(folder)
  if (files === null) {
    throw new EndcapError('BAD_INPUT_FILE', `there are no sequences with their items in ${folder}`)
  }
  const lines = linesOf(folder, files.sequences)
  const items = files.items === undefined ? untitled(folder, files, lines) : titled(folder, files.items)
  const sequences = lines.map((line, index) =>
    sequence(line, { file: files.sequences, lineNo: index + 1, itemCount: items.length }),
  )
  return { items, sequences }
}

const titled = (folder: string, file: string): AmazonBeautyItem[] =>
  linesOf(folder, file).flatMap((line, index) =>
    index === 0 ? header(line, file) : [item(line, { index, file })],
  )

/** Items 1 to the greatest number of the sequences, with the attributes of `{"item": [attribute, ...]}`. */
function untitled(folder: string, files: Files, lines: readonly string[]): AmazonBeautyItem[] {
  let greatest = 0
  for (const line of lines) {
    for (const word of line.trim().split(' ').slice(1)) greatest = Math.max(greatest, Number(word) || 0)
  }
  const attributes = attributesIn(folder, files.attributes ?? '')
  return Array.from({ length: greatest }, (_, index) => {
    const own = attributes[String(index + 1)]
    const numbers = Array.isArray(own) ? own.filter((value) => Number.isInteger(value)) : []
    return { asin: String(index + 1), title: '', attributes: [...new Set(numbers.map(Number))] }
  })
}

function attributesIn(folder: string, file: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(textOf(join(folder, file)))
    if (isRecord(value)) return value
  } catch (cause) {
    throw new EndcapError('BAD_INPUT_FILE', `cannot read ${join(folder, file)}`, { cause })
  }
  throw new EndcapError('BAD_INPUT_FILE', `${file} is no JSON object`)
}

function header(line: string, file: string): [] {
  if (line === ITEMS_HEADER) return []
  throw bad(file, 1, `the header is not '${ITEMS_HEADER.replaceAll('\t', ' ')}'`)
}

function item(line: string, { index, file }: { index: number; file: string }): AmazonBeautyItem {
  const [id, asin, title, , attributes, ...rest] = line.split('\t')
  if (asin === undefined || title === undefined || attributes === undefined || rest.length > 0) {
    throw bad(file, index + 1, 'it has not five columns')
  }
  if (Number(id) !== index) throw bad(file, index + 1, `the item is '${id}', not ${index}`)
  const numbers = attributes.split(' ').filter((word) => word !== '')
  return { asin, title, attributes: [...new Set(numbers.map(Number))] }
}

type Place = { readonly file: string; readonly lineNo: number; readonly itemCount: number }

function sequence(line: string, { file, lineNo, itemCount }: Place): Int32Array {
  const [, ...words] = line.trim().split(' ')
  return Int32Array.from(words, (word) => {
    const number = Number(word)
    if (Number.isInteger(number) && number >= 1 && number <= itemCount) return number - 1
    throw bad(file, lineNo, `there is no item '${word}'`)
  })
}

function linesOf(folder: string, file: string): string[] {
  try {
    const lines = textOf(join(folder, file)).split('\n')
    return lines.at(-1) === '' ? lines.slice(0, -1) : lines
  } catch (cause) {
    throw new EndcapError('BAD_INPUT_FILE', `cannot read ${join(folder, file)}`, { cause })
  }
}

function textOf(path: string): string {
  const bytes = readFileSync(path)
  return (isGzip(path) ? gunzipSync(bytes) : bytes).toString('utf8')
}

const bad = (file: string, lineNo: number, message: string): EndcapError =>
  new EndcapError('BAD_INPUT_FILE', message, { place: `${file}, line ${lineNo}` })
