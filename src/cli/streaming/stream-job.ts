import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { StackSettings } from '../../catalog/stack-settings.ts'
import { EndcapError } from '../../core/errors.ts'
import { hash8 } from '../../core/hash.ts'
import { LIVE } from '../../features/stream/flink/flink-statistics.ts'
import { checkManifest } from '../shop-manifest.ts'
import { catalogDefinitions } from '../verification/definitions.ts'
import { openStatistics } from './stack-shop.ts'

/** What the data folder remembers of the job that counts its shop's tiles. */
type StreamFile = {
  readonly format: 1
  /** Generation: `part` of the rows that the job writes. */
  readonly generation: number
  readonly jobId: string
  /** Where the job left its state when it was stopped; null while it runs. */
  readonly savepoint: string | null
  /** Of the tiles that it writes. */
  readonly definitions: string
}

export type StreamStatus = {
  readonly job: string | null
  /** Flink's word; `STOPPED` with a savepoint, `NONE` if there never was one. */
  readonly state: string
  readonly part: string | null
  readonly savepoint: string | null
  /** Records in the topics of events that the job has not read yet; null where it does not say. */
  readonly lag: number | null
  /** What was refused, by reason. */
  readonly refusals: Readonly<Record<string, number>>
}

const fileOf = (dataDir: string): string => join(dataDir, 'stream.json')
const partOf = (generation: number): string => `g${generation}`
const definitionsHash = (): string => hash8(catalogDefinitions().views.map(({ tileName }) => tileName))

/**
 * Starts the job, or goes on where the last one stopped. With other definitions than before the old generation's
 * rows go first and everything is counted anew.
 * @throws EndcapError USAGE if it runs already; ENGINE_FAILED, ENGINE_UNAVAILABLE
 */
export async function startStream(dataDir: string, stack: StackSettings): Promise<StreamStatus> {
  checkManifest(dataDir, { profile: 'stack', readOnly: false })
  const { cluster, statistics, close } = openStatistics(stack)
  try {
    const last = readFile(dataDir)
    if (last !== null && (await isActive(cluster, last))) {
      throw new EndcapError('USAGE', `job ${last.jobId} runs already`, {
        remedy: 'See `endcap stream status`.',
      })
    }
    await statistics.createTopics()
    const definitions = definitionsHash()
    const savepoint = last?.definitions === definitions ? last.savepoint : null
    const generation = last === null ? 1 : last.generation + (savepoint === null ? 1 : 0)
    if (last !== null && savepoint === null) {
      for (const plan of catalogDefinitions().views) await statistics.dropPart(plan, partOf(last.generation))
    }
    const recovery = savepoint === null ? {} : { 'execution.state-recovery.path': savepoint }
    const jobId = await statistics.start({
      part: partOf(generation),
      properties: {
        ...LIVE,
        'pipeline.name': `endcap ${stack.topicPrefix}${partOf(generation)} ${definitions}`,
        ...recovery,
      },
    })
    await writeStreamFile(dataDir, { format: 1, generation, jobId, savepoint: null, definitions })
    await cluster.waitRunning(jobId)
  } finally {
    await close()
  }
  return streamStatus(dataDir, stack)
}

/** Stops the job with a savepoint, from which `startStream` goes on. @throws EndcapError USAGE if none runs */
export async function stopStream(dataDir: string, stack: StackSettings): Promise<StreamStatus> {
  const { cluster, close } = openStatistics(stack)
  try {
    const last = readFile(dataDir)
    if (last === null || !(await isActive(cluster, last))) throw new EndcapError('USAGE', 'no job runs')
    const savepoint = await cluster.stopWithSavepoint(last.jobId)
    await writeStreamFile(dataDir, { ...last, savepoint })
  } finally {
    await close()
  }
  return streamStatus(dataDir, stack)
}

/** How the job does. */
export async function streamStatus(dataDir: string, stack: StackSettings): Promise<StreamStatus> {
  const last = readFile(dataDir)
  if (last === null) return { job: null, state: 'NONE', part: null, savepoint: null, lag: null, refusals: {} }
  const { cluster, statistics, close } = openStatistics(stack)
  try {
    const { jobId: job, savepoint } = last
    const runs = await isActive(cluster, last)
    const refusals: Record<string, number> = {}
    for (const stream of catalogDefinitions().streams) {
      for (const { reason } of await statistics.refusals(stream))
        refusals[reason] = (refusals[reason] ?? 0) + 1
    }
    return {
      job,
      state: savepoint === null ? (runs ? (await cluster.jobState(job)).state : 'LOST') : 'STOPPED',
      part: partOf(last.generation),
      savepoint,
      lag: runs ? await cluster.pendingRecords(job) : null,
      refusals,
    }
  } finally {
    await close()
  }
}

const isActive = async (
  cluster: ReturnType<typeof openStatistics>['cluster'],
  { jobId }: StreamFile,
): Promise<boolean> => (await cluster.activeJobs()).includes(jobId)

function readFile(dataDir: string): StreamFile | null {
  const file = fileOf(dataDir)
  if (!existsSync(file)) return null
  const parsed: StreamFile = JSON.parse(readFileSync(file, 'utf8'))
  if (parsed.format === 1) return parsed
  throw new EndcapError('UNKNOWN_FORMAT', `'${file}' is of another version`)
}

async function writeStreamFile(dataDir: string, content: StreamFile): Promise<void> {
  const file = fileOf(dataDir)
  await mkdir(dataDir, { recursive: true })
  await writeFile(`${file}.${process.pid}`, `${JSON.stringify(content)}\n`)
  await rename(`${file}.${process.pid}`, file)
}
