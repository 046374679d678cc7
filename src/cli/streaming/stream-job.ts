import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { StackSettings } from '../../catalog/stack-settings.ts'
import type { Pace } from '../../compile/flink/open-source-connectors.ts'
import { EndcapError } from '../../core/errors.ts'
import { hash8 } from '../../core/hash.ts'
import { checkManifest } from '../shop-manifest.ts'
import { catalogDefinitions } from '../verification/definitions.ts'
import { BACKLOG, caughtUp } from './catching-up.ts'
import { openStatistics } from './stack-shop.ts'

/** What the data folder remembers of the job that counts its shop's tiles. */
type StreamFile = {
  readonly format: 2
  /** Generation: `part` of the rows that the job writes. */
  readonly generation: number
  readonly jobId: string
  readonly pace: Pace
  /** Where the job left its state when it was stopped; null while it runs. */
  readonly savepoint: string | null
  /** Records of the topics that are in the savepoint, about. */
  readonly read: number
  /** Of the job's text: another text does not go on from its state. */
  readonly text: string
}

/** Before jobs had a pace; its job's text is not known, so nothing goes on from its savepoint. */
type EarlierFile = Pick<StreamFile, 'generation' | 'jobId' | 'savepoint'> & { readonly format: 1 }

export type StreamStatus = {
  readonly job: string | null
  /** Flink's word; `STOPPED` with a savepoint, `NONE` if there never was one. */
  readonly state: string
  readonly part: string | null
  /** `catchUp` until the job has read what there was, then `live`; null if there is no job. */
  readonly pace: Pace | null
  readonly savepoint: string | null
  /** Records in the topics of events that the job has not read yet; null where it does not say. */
  readonly lag: number | null
  /** What was refused, by reason. */
  readonly refusals: Readonly<Record<string, number>>
}

const NO_STREAM: StreamStatus = {
  job: null,
  state: 'NONE',
  part: null,
  pace: null,
  savepoint: null,
  lag: null,
  refusals: {},
}

const fileOf = (dataDir: string): string => join(dataDir, 'stream.json')
const partOf = (generation: number): string => `g${generation}`
type Opened = ReturnType<typeof openStatistics>

/**
 * Starts the job, or goes on where the last one stopped. With another text than before the old generation's rows go
 * first and everything is counted anew. Before more than `backlog` records the job catches up first; this returns when
 * it is live. If this process ends earlier, the job goes on catching up, and another call waits again and lets it go live.
 * @throws EndcapError USAGE if it is live already; ENGINE_FAILED, ENGINE_UNAVAILABLE
 */
export async function startStream(
  dataDir: string,
  stack: StackSettings,
  backlog = BACKLOG,
): Promise<StreamStatus> {
  checkManifest(dataDir, { profile: 'stack', readOnly: false })
  const opened = openStatistics(stack)
  try {
    const last = readFile(dataDir)
    const runs = last !== null && (await isActive(opened.cluster, last))
    if (runs && last.pace === 'live') {
      throw new EndcapError('USAGE', `job ${last.jobId} runs already`, {
        remedy: 'See `endcap stream status`.',
      })
    }
    const started = runs ? last : await startJob(dataDir, stack, opened, last, paceBefore(backlog))
    if (started.pace === 'catchUp') {
      await caughtUp(opened.cluster, started.jobId, backlog)
      const stopped = await stopJob(dataDir, opened, started)
      await startJob(dataDir, stack, opened, stopped, () => 'live')
    }
  } finally {
    await opened.close()
  }
  return streamStatus(dataDir, stack)
}

const paceBefore =
  (backlog: number) =>
  (unread: number): Pace =>
    unread > backlog ? 'catchUp' : 'live'

async function startJob(
  dataDir: string,
  { topicPrefix }: StackSettings,
  { cluster, statistics }: Opened,
  last: StreamFile | null,
  paceFor: (unread: number) => Pace,
): Promise<StreamFile> {
  await statistics.createTopics()
  const text = textOf(statistics)
  const savepoint = last?.text === text ? (last.savepoint ?? (await cluster.savepointOf(last.jobId))) : null
  const generation = last === null ? 1 : last.generation + (savepoint === null ? 1 : 0)
  if (last !== null && savepoint === null) {
    for (const plan of catalogDefinitions().views) await statistics.dropPart(plan, partOf(last.generation))
  }
  const read = savepoint === null ? 0 : (last?.read ?? 0)
  const started = {
    format: 2,
    generation,
    pace: paceFor((await statistics.recordsWritten()) - read),
    savepoint: null,
    read,
    text,
  } as const
  const jobId = await statistics.start({
    part: partOf(generation),
    pace: started.pace,
    properties: {
      'pipeline.name': `endcap ${topicPrefix}${partOf(generation)} ${text}`,
      ...(savepoint === null ? {} : { 'execution.state-recovery.path': savepoint }),
    },
  })
  await writeStreamFile(dataDir, { ...started, jobId })
  await cluster.waitRunning(jobId)
  return { ...started, jobId }
}

async function stopJob(
  dataDir: string,
  { cluster, statistics }: Opened,
  running: StreamFile,
): Promise<StreamFile> {
  const read = (await statistics.recordsWritten()) - ((await cluster.pendingRecords(running.jobId)) ?? 0)
  const savepoint = await cluster.stopWithSavepoint(running.jobId)
  const stopped = { ...running, savepoint, read }
  await writeStreamFile(dataDir, stopped)
  return stopped
}

/** Of all statements but for generation, pace and where the topics are. */
const textOf = (statistics: Opened['statistics']): string => {
  const { ddl, dml } = statistics.job({ part: 'text' })
  return hash8([...ddl.map((statement) => statement.split('\nWITH (')[0]), dml])
}

/** Stops the job with a savepoint, from which `startStream` goes on. @throws EndcapError USAGE if none runs */
export async function stopStream(dataDir: string, stack: StackSettings): Promise<StreamStatus> {
  const opened = openStatistics(stack)
  try {
    const last = readFile(dataDir)
    if (last === null || !(await isActive(opened.cluster, last)))
      throw new EndcapError('USAGE', 'no job runs')
    await stopJob(dataDir, opened, last)
  } finally {
    await opened.close()
  }
  return streamStatus(dataDir, stack)
}

/** How the job does. */
export async function streamStatus(dataDir: string, stack: StackSettings): Promise<StreamStatus> {
  const last = readFile(dataDir)
  if (last === null) return NO_STREAM
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
      pace: last.pace,
      savepoint,
      lag: runs ? await cluster.pendingRecords(job) : null,
      refusals,
    }
  } finally {
    await close()
  }
}

const isActive = async (cluster: Opened['cluster'], { jobId }: StreamFile): Promise<boolean> =>
  (await cluster.activeJobs()).includes(jobId)

function readFile(dataDir: string): StreamFile | null {
  const file = fileOf(dataDir)
  if (!existsSync(file)) return null
  const parsed: StreamFile | EarlierFile = JSON.parse(readFileSync(file, 'utf8'))
  if (parsed.format === 2) return parsed
  if (parsed.format === 1) return { ...parsed, format: 2, pace: 'live', read: 0, text: '' }
  throw new EndcapError('UNKNOWN_FORMAT', `'${file}' is of another version`)
}

async function writeStreamFile(dataDir: string, content: StreamFile): Promise<void> {
  const file = fileOf(dataDir)
  await mkdir(dataDir, { recursive: true })
  await writeFile(`${file}.${process.pid}`, `${JSON.stringify(content)}\n`)
  await rename(`${file}.${process.pid}`, file)
}
