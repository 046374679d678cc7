import type { Catalog } from '../../../catalog/catalog.ts'
import { ASSUMPTIONS, CLUSTER_UNITS, type ClusterType } from './assumptions.ts'

export type Load = {
  /** On average over a day. */
  readonly eventsPerSecond: number
  readonly shoppers: number
  readonly products: number
  /** Busiest second over the average one. */
  readonly peak: number
  readonly cluster: ClusterType
  /** Of each topic. */
  readonly partitions: number
}

/** What a load needs. Quantities, not prices: those differ by region and contract. */
export type CloudNeeds = {
  /** CKU or eCKU at the peak. */
  readonly kafkaUnits: number
  readonly partitions: number
  readonly ingressMbpsAtPeak: number
  readonly egressMbpsAtPeak: number
  readonly ingressGbPerDay: number
  readonly egressGbPerDay: number
  /** After a year: the log, which is kept for ever, and what compaction leaves of the tiles. */
  readonly storedGbAfterYear: number
  /** At the peak, and on average. */
  readonly cfuAtPeak: number
  readonly cfuHoursPerDay: number
  readonly lakeDbuPerDay: number
  /** One training a day over a year of history. */
  readonly trainingDbuPerDay: number
  readonly appDbuPerDay: number
}

const DAY_S = 86_400
const YEAR_DAYS = 365
const MB = 1e6
const GB = 1e9

/**
 * What the cloud has to carry. Every event is read once by Flink and once on the way to Delta; its upserts are read by
 * each API process. Shoppers and products bound the tiles: no key has more than one row a tile, whatever the events.
 */
export function cloudNeeds(load: Load, catalog: Catalog): CloudNeeds {
  const { eventsPerSecond, peak, cluster } = load
  const of = (name: keyof typeof ASSUMPTIONS): number => ASSUMPTIONS[name].value
  const upsertsPerEvent = catalog.views.length * of('upsertShare')
  const inBytes = of('eventBytes') + upsertsPerEvent * of('upsertBytes')
  const outBytes = 2 * of('eventBytes') + of('readers') * upsertsPerEvent * of('upsertBytes')
  const partitions =
    load.partitions * (catalog.sources.length + catalog.views.length + catalog.streams.length)
  const ingress = (eventsPerSecond * inBytes) / MB
  const egress = (eventsPerSecond * outBytes) / MB
  const limits = CLUSTER_UNITS[cluster]
  const perDay = eventsPerSecond * DAY_S
  const yearly = perDay * YEAR_DAYS
  const cfu = eventsPerSecond / of('eventsPerCfu')
  return {
    kafkaUnits: Math.max(
      limits.atLeast,
      Math.ceil((ingress * peak) / limits.ingressMbps),
      Math.ceil((egress * peak) / limits.egressMbps),
      Math.ceil(partitions / limits.partitions),
    ),
    partitions,
    ingressMbpsAtPeak: rounded(ingress * peak),
    egressMbpsAtPeak: rounded(egress * peak),
    ingressGbPerDay: rounded((perDay * inBytes) / GB),
    egressGbPerDay: rounded((perDay * outBytes) / GB),
    storedGbAfterYear: rounded(
      (yearly * of('eventBytes') + tileRows(load, yearly, upsertsPerEvent) * of('upsertBytes')) / GB,
    ),
    // A statement takes one CFU however little it does.
    cfuAtPeak: Math.max(1, Math.ceil(cfu * peak)),
    cfuHoursPerDay: rounded(24 * Math.max(1, cfu)),
    lakeDbuPerDay: rounded(perDay / of('rowsPerDbu')),
    trainingDbuPerDay: rounded(yearly / of('eventsPerTrainingDbu')),
    appDbuPerDay: rounded(24 * of('appDbuPerHour')),
  }
}

/** Rows that compaction leaves of a year: a share of the upserts, and no more than there are keys and tiles. */
function tileRows({ shoppers, products }: Load, yearlyEvents: number, upsertsPerEvent: number): number {
  const byEvents = yearlyEvents * upsertsPerEvent * ASSUMPTIONS.keptShare.value
  const hours = YEAR_DAYS * 24
  // Products have hourly tiles at the finest; a shopper sees some products on some days.
  const byKeys = products * hours + shoppers * YEAR_DAYS * PRODUCTS_A_DAY
  return Math.min(byEvents, byKeys)
}

/** Products that a shopper who comes every day would look at in one. */
const PRODUCTS_A_DAY = 20

const rounded = (value: number): number => Number(value.toPrecision(3))
