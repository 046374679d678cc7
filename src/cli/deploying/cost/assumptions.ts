/** A figure that the cost model stands on, and where it is from. */
export type Assumption = { readonly value: number; readonly unit: string; readonly source: string }

const MEASURED = 'measured here: `endcap generate`, written with the contracts’ Avro schemas'

/** What an estimate takes for granted. Those marked `to be checked` are guesses until your own account says otherwise. */
export const ASSUMPTIONS = {
  eventBytes: {
    value: 220,
    unit: 'bytes a record with key and framing',
    source: `${MEASURED}: 153 a click, 47 an order line, 262 a product; and 60 around each`,
  },
  upsertBytes: {
    value: 350,
    unit: 'bytes an upsert of a tile, JSON key and value',
    source: 'counted on a row of tiles.product_activity: 222, 60 around it, and room for longer ids',
  },
  upsertShare: {
    value: 0.6,
    unit: 'of the views that an event changes',
    source: 'estimated from the catalog: a click of somebody known changes about 7 of 12',
  },
  keptShare: {
    value: 0.3,
    unit: 'of the upserts that compaction leaves',
    source: 'to be checked: the busier a product, the less',
  },
  eventsPerCfu: {
    value: 1000,
    unit: 'events a second and CFU through all views',
    source: 'to be checked: look at the pool’s utilisation; Confluent names no figure',
  },
  rowsPerDbu: {
    value: 50_000_000,
    unit: 'rows through bronze, silver and gold a DBU',
    source: 'to be checked: look at the pipeline’s usage in system.billing.usage',
  },
  eventsPerTrainingDbu: {
    value: 250_000_000,
    unit: 'events of history that a training reads a DBU',
    source:
      'docs/performance.md: 1.53 million records in 22 s on two cores (affinity); that such an hour is one DBU is to be checked',
  },
  appDbuPerHour: {
    value: 0.5,
    unit: 'DBU an hour of an App of the default size',
    source: 'to be checked: Databricks’ price list',
  },
  readers: { value: 2, unit: 'API processes that read all tiles', source: 'two for availability' },
} as const satisfies Record<string, Assumption>

/** Most that one unit of a cluster takes. Of standard clusters: to be checked. */
export const CLUSTER_UNITS = {
  standard: { unit: 'eCKU', ingressMbps: 25, egressMbps: 75, partitions: 250, atLeast: 2 },
  enterprise: { unit: 'eCKU', ingressMbps: 60, egressMbps: 180, partitions: 3000, atLeast: 2 },
  dedicated: { unit: 'CKU', ingressMbps: 60, egressMbps: 180, partitions: 4500, atLeast: 2 },
} as const

/** @source Confluent Cloud documentation, cluster types and eCKU/CKU comparison */
export type ClusterType = keyof typeof CLUSTER_UNITS
