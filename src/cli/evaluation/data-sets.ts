import { existsSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { EndcapError } from '../../core/errors.ts'
import { isAmazonBeauty, readAmazonBeauty } from '../../datagen/importers/amazon-beauty.ts'
import { isOnlineRetail, readOnlineRetail } from '../../datagen/importers/online-retail.ts'
import type { Interactions } from '../../models/evaluation/split.ts'
import { sequencesOf } from '../../models/sequences.ts'
import { OrderHistories } from './order-histories.ts'

/** A format that `evaluate` can read. To add one: a reader in datagen/importers, an entry here, a test. */
export type DataFormat = {
  readonly name: string
  readonly recognises: (folder: string) => boolean
  readonly read: (folder: string) => Promise<Interactions>
}

export const DATA_FORMATS: readonly DataFormat[] = [
  {
    name: 'amazon-beauty',
    recognises: isAmazonBeauty,
    read: async (folder) => {
      const { items, sequences } = readAmazonBeauty(folder)
      return {
        sequences: sequencesOf(items.length, sequences),
        content: {
          titles: items.map(({ title }) => title),
          attributes: items.map(({ attributes }) => attributes),
        },
      }
    },
  },
  { name: 'online-retail', recognises: isOnlineRetail, read: readRetailOrders },
]

/** Lines that are no goods: postage, discounts, fees, manual corrections. @source ALGORITHMS, section 3 */
const SERVICE_CODES: ReadonlySet<string> = new Set([
  'POST',
  'M',
  'D',
  'C2',
  'DOT',
  'BANK CHARGES',
  'PADS',
  'CRUK',
])

/** What known customers bought and paid for, one line per customer, product and invoice. */
async function readRetailOrders(folder: string): Promise<Interactions> {
  const histories = new OrderHistories()
  for await (const line of readOnlineRetail(folder)) {
    const { customerId, stockCode, quantity, unitPriceCents } = line
    if (customerId === null || quantity <= 0 || unitPriceCents <= 0 || SERVICE_CODES.has(stockCode)) continue
    histories.add({
      shopper: customerId,
      item: stockCode,
      order: line.invoice,
      atMs: line.invoiceDateMs,
      title: line.description,
    })
  }
  return histories.toInteractions()
}

/**
 * The data of a folder, in the format that its files show or that is named.
 * @throws EndcapError USAGE for an unknown format or folder; BAD_INPUT_FILE for unreadable files
 */
export async function readDataSet(
  folder: string,
  format: string | undefined,
): Promise<{ readonly name: string; readonly interactions: Interactions }> {
  const known = DATA_FORMATS.map(({ name }) => name).join(', ')
  if (!existsSync(folder)) throw new EndcapError('USAGE', `there is no folder '${folder}'`)
  const found = DATA_FORMATS.find(({ name, recognises }) =>
    format === undefined ? recognises(folder) : name === format,
  )
  if (found === undefined) {
    throw new EndcapError(
      'USAGE',
      format === undefined
        ? `the files of '${folder}' are in no format that evaluate knows (${known}); name one with --format`
        : `there is no format '${format}'; known: ${known}`,
    )
  }
  return { name: basename(resolve(folder)), interactions: await found.read(folder) }
}
