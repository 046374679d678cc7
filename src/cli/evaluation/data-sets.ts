import { existsSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { EndcapError } from '../../core/errors.ts'
import { adventureWorksFormat } from '../../datagen/importers/adventureworks.ts'
import { isAmazonBeauty, readAmazonBeauty } from '../../datagen/importers/amazon-beauty.ts'
import { isBasketSets, readBasketSets } from '../../datagen/importers/basket-sets.ts'
import { completeJourneyFormat } from '../../datagen/importers/complete-journey.ts'
import type { Imported, ImportFormat } from '../../datagen/importers/import-format.ts'
import { isOnlineRetail, readOnlineRetail } from '../../datagen/importers/online-retail.ts'
import { countryCodeOf } from '../../datagen/importers/online-retail-shop.ts'
import { topicFilesFormat } from '../../datagen/importers/topic-files.ts'
import type { Interactions } from '../../models/evaluation/split.ts'
import { type Person, UNKNOWN_PERSON } from '../../models/person.ts'
import { sequencesOf } from '../../models/sequences.ts'
import { tableReader } from '../importing/table-reader.ts'
import { OrderHistories } from './order-histories.ts'
import { shopHistories } from './shop-histories.ts'

/** A format that `evaluate` can read. To add one: a reader in datagen/importers, an entry here, a test. */
export type DataFormat = {
  readonly name: string
  readonly recognises: (folder: string) => boolean
  /** @param pictures vectors by sku; of formats that have products to show */
  readonly read: (folder: string, pictures?: ReadonlyMap<string, Float32Array>) => Promise<Interactions>
}

export const DATA_FORMATS: readonly DataFormat[] = [
  { name: 'amazon-beauty', recognises: isAmazonBeauty, read: async (folder) => readAmazon(folder) },
  { name: 'online-retail', recognises: isOnlineRetail, read: readRetailOrders },
  {
    name: 'complete-journey',
    recognises: completeJourneyFormat.recognises,
    read: (folder) => shopHistories(shopEvents(completeJourneyFormat, folder), { pricesAreListed: false }),
  },
  {
    name: 'adventureworks',
    recognises: adventureWorksFormat.recognises,
    read: (folder) => shopHistories(shopEvents(adventureWorksFormat, folder), { pricesAreListed: true }),
  },
  {
    name: 'ndjson',
    recognises: (folder) => ORDER_FILES.some((name) => existsSync(join(folder, name))),
    read: (folder, pictures) =>
      shopHistories(shopEvents(topicFilesFormat, folder), {
        pricesAreListed: false,
        ...(pictures === undefined ? {} : { pictures }),
      }),
  },
  { name: 'dunnhumby-carbo', recognises: isBasketSets, read: async (folder) => readBaskets(folder) },
]

const ORDER_FILES = ['orders.ndjson', 'orders.ndjson.gz'] as const

/** Measuring keeps nothing of what it reads, so everybody's events may be read. */
const EVERYTHING = Object.freeze({ personalisation: true, demographics: true, training: true })

const shopEvents = (format: ImportFormat, folder: string): AsyncIterable<Imported> =>
  format.read(folder, EVERYTHING, { tables: tableReader })

function readAmazon(folder: string): Interactions {
  const { items, sequences } = readAmazonBeauty(folder)
  return {
    sequences: sequencesOf(items.length, sequences),
    content: {
      titles: items.map(({ title }) => title),
      attributes: items.map(({ attributes }) => attributes),
    },
  }
}

/** Baskets without time: an order is a basket, and the file says who is learnt from. */
function readBaskets(folder: string): Interactions {
  const { itemCount, train, validate, test } = readBasketSets(folder)
  const users = [...train, ...validate, ...test]
  const sequences = sequencesOf(
    itemCount,
    users.map(({ baskets }) => baskets.flat()),
  )
  const orders = users.flatMap(({ baskets }) => baskets.flatMap((basket, order) => basket.map(() => order)))
  return {
    sequences: {
      ...sequences,
      lines: {
        orders: Int32Array.from(orders),
        atMs: null,
        quantities: null,
        priceCents: null,
        discountCents: null,
      },
    },
    content: null,
    ownSplit: {
      train: Array.from(train.keys()),
      validation: Array.from(validate.keys(), (index) => train.length + index),
      test: Array.from(test.keys(), (index) => train.length + validate.length + index),
    },
  }
}

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
  const titles = new Map<string, string>()
  const people = new Map<string, Person>()
  for await (const line of readOnlineRetail(folder)) {
    const { customerId, stockCode, quantity, unitPriceCents } = line
    if (customerId === null || quantity <= 0 || unitPriceCents <= 0 || SERVICE_CODES.has(stockCode)) continue
    histories.add({
      shopper: customerId,
      item: stockCode,
      order: line.invoice,
      atMs: line.invoiceDateMs,
      quantity,
      priceCents: unitPriceCents,
      discountCents: null,
    })
    if (!titles.get(stockCode)) titles.set(stockCode, line.description)
    people.set(customerId, { ...UNKNOWN_PERSON, location: countryCodeOf(line.country) })
  }
  const { sequences, itemIds } = histories.toSequences(people)
  return {
    sequences,
    content: { titles: itemIds.map((id) => titles.get(id) ?? ''), attributes: itemIds.map(() => []) },
  }
}

/**
 * The data of a folder, in the format that its files show or that is named.
 * @param pictures vectors of pictures by sku, for the format ndjson
 * @throws EndcapError USAGE for an unknown format or folder; BAD_INPUT_FILE for unreadable files
 */
export async function readDataSet(
  folder: string,
  format: string | undefined,
  pictures?: ReadonlyMap<string, Float32Array>,
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
  return { name: basename(resolve(folder)), interactions: await found.read(folder, pictures) }
}
