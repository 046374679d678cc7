import type { Catalog } from '../../../catalog/catalog.ts'
import { datagenOf } from './datagen.ts'
import { CONFLUENT_FORMAT, type ConfluentDeployment } from './deployment.ts'
import { jobsOf } from './jobs.ts'
import { subjectsOf, topicsOf } from './topics.ts'

export type ConfluentOptions = {
  /** Of each topic that is new. */
  readonly partitions: number
  /** First instant of what Datagen makes up, epoch ms; without it Datagen is as it is deployed, or not at all. */
  readonly datagenFrom?: number
  /** What is deployed; its jobs stay. */
  readonly before?: ConfluentDeployment
  /** Names of deployed jobs that are given up, with their state. */
  readonly retired?: readonly string[]
}

/** What a catalog needs at Confluent. Pure: the same catalog and options give the same deployment. */
export function confluentDeployment(catalog: Catalog, options: ConfluentOptions): ConfluentDeployment {
  const { partitions, datagenFrom, before, retired = [] } = options
  const topics = topicsOf(catalog, partitions, before?.topics ?? [])
  const { jobs, tables, statements } = jobsOf(catalog, {
    partitions,
    retired,
    ...(before === undefined ? {} : { before }),
  })
  return {
    format: CONFLUENT_FORMAT,
    topics,
    subjects: subjectsOf(catalog),
    tables,
    jobs,
    statements,
    lakeTopics: catalog.sources.map(({ name }) => name),
    datagen: datagenFrom === undefined ? (before?.datagen ?? []) : datagenOf(datagenFrom),
  }
}
