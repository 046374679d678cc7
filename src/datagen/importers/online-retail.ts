import { createReadStream, existsSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { parse } from 'csv-parse'
import { EndcapError } from '../../core/errors.ts'

/** The one file of a folder in this format. */
export const ONLINE_RETAIL_FILE = 'online-retail.csv.gz'

/** One line of the file, in file order: raw, so returns, guests, free goods and service codes are included. */
export type OnlineRetailLine = {
  /** Six digits; `C...` is a return, `A...` an adjustment of bad debt. */
  readonly invoice: string
  readonly stockCode: string
  /** Trimmed; empty where the file has none. */
  readonly description: string
  /** Negative for returns. */
  readonly quantity: number
  /** The file's local time, read as UTC; to the minute. */
  readonly invoiceDateMs: number
  /** Pounds sterling x 100, rounded half away from zero; the file has four prices of a tenth of a penny (0 here). */
  readonly unitPriceCents: number
  /** Null for guests. */
  readonly customerId: string | null
  readonly country: string
}

const HEADER = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country'

/** Whether the folder holds Online Retail in this form. */
export const isOnlineRetail = (folder: string): boolean => existsSync(join(folder, ONLINE_RETAIL_FILE))

/**
 * Streams the 541,909 lines of UCI Online Retail from `<folder>/online-retail.csv.gz`.
 * @throws EndcapError BAD_INPUT_FILE if the file is absent, is no such CSV, or a field cannot be read.
 * @source UCI Machine Learning Repository, Online Retail (D. Chen), CC BY 4.0
 */
export async function* readOnlineRetail(folder: string): AsyncGenerator<OnlineRetailLine> {
  const path = join(folder, ONLINE_RETAIL_FILE)
  if (!existsSync(path)) throw new EndcapError('BAD_INPUT_FILE', `there is no ${path}`)
  const records = pipeline(createReadStream(path), createGunzip(), parse({ bom: true }), () => {})
  let lineNo = 0
  try {
    for await (const record of records) {
      lineNo += 1
      const fields: readonly unknown[] = Array.isArray(record) ? record : []
      if (lineNo > 1) yield toLine(fields, lineNo)
      else if (fields.join(',') !== HEADER) throw badLine(1, `the header is not '${HEADER}'`)
    }
  } catch (cause) {
    if (cause instanceof EndcapError) throw cause
    throw new EndcapError('BAD_INPUT_FILE', `cannot read it after line ${lineNo}`, { place: path, cause })
  } finally {
    records.destroy()
  }
}

function toLine(fields: readonly unknown[], lineNo: number): OnlineRetailLine {
  const text = (index: number): string => {
    const field = fields[index]
    if (typeof field !== 'string') throw badLine(lineNo, `field ${index + 1} is missing`)
    return field
  }
  return {
    invoice: text(0),
    stockCode: text(1).trim(),
    description: text(2).trim(),
    quantity: integerField(text(3), lineNo),
    invoiceDateMs: instantField(text(4), lineNo),
    unitPriceCents: centsField(text(5), lineNo),
    customerId: text(6) === '' ? null : text(6).replace(/\.0$/, ''),
    country: text(7),
  }
}

function integerField(text: string, lineNo: number): number {
  if (!/^-?[0-9]{1,9}$/.test(text)) throw badLine(lineNo, `quantity '${text}' is no whole number`)
  return Number(text)
}

function instantField(text: string, lineNo: number): number {
  const match = /^([0-9]{4})-([0-9]{2})-([0-9]{2}) ([0-9]{2}):([0-9]{2}):([0-9]{2})$/.exec(text)
  const instant = match === null ? Number.NaN : Date.parse(`${text.replace(' ', 'T')}Z`)
  if (Number.isNaN(instant)) throw badLine(lineNo, `date '${text}' is not like 2010-12-01 08:26:00`)
  return instant
}

function centsField(text: string, lineNo: number): number {
  const match = /^(-?)([0-9]{1,9})(?:\.([0-9]{1,6}))?$/.exec(text)
  if (match === null) throw badLine(lineNo, `price '${text}' is no decimal number`)
  const decimals = `${match[3] ?? ''}000`
  const cents =
    Number(match[2]) * 100 + Number(decimals.slice(0, 2)) + (Number(decimals.slice(2, 3)) >= 5 ? 1 : 0)
  return match[1] === '-' && cents > 0 ? -cents : cents
}

const badLine = (lineNo: number, message: string): EndcapError =>
  new EndcapError('BAD_INPUT_FILE', message, { place: `${ONLINE_RETAIL_FILE}, line ${lineNo}` })
