import { setTimeout as sleep } from 'node:timers/promises'
import { EndcapError } from '../../../core/errors.ts'
import { field, listField } from '../../../core/http/answer-fields.ts'
import { flinkFailure, flinkRequest, textField } from './flink-rest.ts'
import { FlinkSession } from './flink-session.ts'

export type FlinkConnection = {
  /** SQL gateway REST, without a closing slash. */
  readonly gatewayUrl: string
  /** JobManager REST, without a closing slash. */
  readonly jobManagerUrl: string
}

export type JobState = {
  /** Flink's word: INITIALIZING, CREATED, RUNNING, RESTARTING, FAILING, FAILED, FINISHED, CANCELED, ... */
  readonly state: string
  /** Whether every task of a RUNNING job runs. */
  readonly allTasksRunning: boolean
}

export type WaitOptions = {
  /** Default 120 s. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

const POLL_MS = 50
const DEFAULT_TIMEOUT_MS = 120_000
const ENDED = new Set(['FAILED', 'FINISHED', 'CANCELED'])

/** A Flink session cluster with its SQL gateway. Holds no connection: nothing to close. */
export class FlinkCluster {
  readonly #connection: FlinkConnection

  constructor(connection: FlinkConnection) {
    this.#connection = connection
  }

  /** @throws EndcapError ENGINE_UNAVAILABLE unless gateway and JobManager answer and a TaskManager offers slots */
  async probe(signal?: AbortSignal): Promise<void> {
    const abort = signal === undefined ? {} : { signal }
    const what = 'probe'
    await flinkRequest({ url: `${this.#connection.gatewayUrl}/v1/info`, what, ...abort })
    const overview = await this.#jobManager({ path: '/overview', what, ...abort })
    if (Number(field(overview, 'slots-total')) > 0) return
    throw new EndcapError('ENGINE_UNAVAILABLE', 'no TaskManager has registered', { place: 'flink' })
  }

  /** Task slots that the registered TaskManagers offer. */
  async slots(): Promise<number> {
    return Number(field(await this.#jobManager({ path: '/overview', what: 'overview' }), 'slots-total'))
  }

  /** `properties` are Flink settings, for all statements of the session. @throws EndcapError ENGINE_FAILED */
  async openSession(properties: Readonly<Record<string, string>> = {}): Promise<FlinkSession> {
    const { gatewayUrl } = this.#connection
    const answer = await flinkRequest({
      method: 'POST',
      url: `${gatewayUrl}/v1/sessions`,
      body: { properties },
      what: 'open session',
    })
    return new FlinkSession(gatewayUrl, textField(answer, 'sessionHandle'))
  }

  /** Ids of the jobs that have not ended. */
  async activeJobs(): Promise<readonly string[]> {
    const answer = await this.#jobManager({ path: '/jobs', what: 'list jobs' })
    return listField(answer, 'jobs')
      .filter((job) => !ENDED.has(textField(job, 'status')))
      .map((job) => textField(job, 'id'))
  }

  async jobState(jobId: string): Promise<JobState> {
    const job = await this.#jobManager({ path: `/jobs/${jobId}`, what: `state of job ${jobId}` })
    return {
      state: textField(job, 'state'),
      allTasksRunning: listField(job, 'vertices').every((task) => field(task, 'status') === 'RUNNING'),
    }
  }

  /** How often the job was restarted after a failure. */
  async restarts(jobId: string): Promise<number> {
    const path = `/jobs/${jobId}/metrics?get=numRestarts`
    const answer = await this.#jobManager({ path, what: `restarts of job ${jobId}` })
    const [metric] = Array.isArray(answer) ? answer : []
    return Number(field(metric, 'value') ?? 0)
  }

  /** Records that the job's sources know of and have not read; null where no source says so. */
  async pendingRecords(jobId: string): Promise<number | null> {
    const what = `pending records of job ${jobId}`
    const job = await this.#jobManager({ path: `/jobs/${jobId}`, what })
    let pending: number | null = null
    for (const vertex of listField(job, 'vertices')) {
      const path = `/jobs/${jobId}/vertices/${textField(vertex, 'id')}/subtasks/metrics`
      const known = await this.#jobManager({ path, what })
      const names = (Array.isArray(known) ? known : []).map((metric) => textField(metric, 'id'))
      const wanted = names.filter((name) => name.endsWith('pendingRecords'))
      if (wanted.length === 0) continue
      const get = encodeURIComponent(wanted.join(','))
      const sums = await this.#jobManager({ path: `${path}?get=${get}&agg=sum`, what })
      for (const metric of Array.isArray(sums) ? sums : [])
        pending = (pending ?? 0) + Number(field(metric, 'sum') ?? 0)
    }
    return pending
  }

  /** @throws EndcapError ENGINE_FAILED with the root cause if the job ends, or after the timeout */
  async waitRunning(jobId: string, options: WaitOptions = {}): Promise<void> {
    await this.#wait(
      jobId,
      'RUNNING',
      options,
      ({ state, allTasksRunning }) => state === 'RUNNING' && allTasksRunning,
    )
  }

  /** Until a bounded job has done all its work. @throws EndcapError ENGINE_FAILED as `waitRunning` */
  async waitFinished(jobId: string, options: WaitOptions = {}): Promise<void> {
    await this.#wait(jobId, 'FINISHED', options, ({ state }) => state === 'FINISHED')
  }

  /**
   * Until the job runs again after more than `restarts` restarts: a job whose TaskManager has just been killed
   * still says RUNNING. @throws EndcapError ENGINE_FAILED as `waitRunning`
   */
  async waitRestarted(jobId: string, restarts: number, options: WaitOptions = {}): Promise<void> {
    await this.#wait(
      jobId,
      `RUNNING after restart ${restarts + 1}`,
      options,
      async ({ state, allTasksRunning }) =>
        state === 'RUNNING' && allTasksRunning && (await this.restarts(jobId)) > restarts,
    )
  }

  /** Stops the job and forgets its state; returns when it has ended. */
  async cancel(jobId: string): Promise<void> {
    if (ENDED.has((await this.jobState(jobId)).state)) return
    await this.#jobManager({
      method: 'PATCH',
      path: `/jobs/${jobId}?mode=cancel`,
      what: `cancel job ${jobId}`,
    })
    await this.#wait(jobId, 'CANCELED', {}, ({ state }) => ENDED.has(state))
  }

  /**
   * Stops the job and keeps its state; returns the savepoint's URI, to be given as `execution.state-recovery.path`
   * to the session that resumes it. @throws EndcapError ENGINE_FAILED with the root cause
   */
  async stopWithSavepoint(jobId: string, options: WaitOptions = {}): Promise<string> {
    const what = `stop job ${jobId} with a savepoint`
    const triggered = await this.#jobManager({
      method: 'POST',
      path: `/jobs/${jobId}/stop`,
      body: { drain: false },
      what,
    })
    const path = `/jobs/${jobId}/savepoints/${textField(triggered, 'request-id')}`
    const giveUpAt = Date.now() + (options.timeoutMs ?? DEFAULT_TIMEOUT_MS)
    for (;;) {
      options.signal?.throwIfAborted()
      const answer = await this.#jobManager({ path, what })
      const operation = field(answer, 'operation')
      const cause = field(operation, 'failure-cause')
      if (cause !== undefined && cause !== null) throw flinkFailure(what, String(field(cause, 'stack-trace')))
      if (field(field(answer, 'status'), 'id') === 'COMPLETED') {
        await this.#wait(jobId, 'FINISHED', options, ({ state }) => ENDED.has(state))
        return textField(operation, 'location')
      }
      if (Date.now() > giveUpAt) throw flinkFailure(what, 'no savepoint in time')
      await sleep(POLL_MS)
    }
  }

  /** Where the job left its state when it was stopped; null if it was not, or is not known any more. */
  async savepointOf(jobId: string): Promise<string | null> {
    const what = `savepoint of job ${jobId}`
    try {
      if ((await this.jobState(jobId)).state !== 'FINISHED') return null
      const answer = await this.#jobManager({ path: `/jobs/${jobId}/checkpoints`, what })
      const path = field(field(field(answer, 'latest'), 'savepoint'), 'external_path')
      return typeof path === 'string' ? path : null
    } catch (error) {
      if (error instanceof EndcapError && error.code === 'ENGINE_FAILED') return null
      throw error
    }
  }

  /** Why the job last failed; undefined if it never did. */
  async #lastFailure(jobId: string): Promise<string | undefined> {
    const path = `/jobs/${jobId}/exceptions`
    const answer = await this.#jobManager({ path, what: `exceptions of job ${jobId}` })
    const [latest] = listField(field(answer, 'exceptionHistory'), 'entries')
    const trace = field(latest, 'stacktrace')
    return typeof trace === 'string' ? trace : undefined
  }

  async #wait(
    jobId: string,
    wanted: string,
    options: WaitOptions,
    isThere: (state: JobState) => boolean | Promise<boolean>,
  ): Promise<void> {
    const giveUpAt = Date.now() + (options.timeoutMs ?? DEFAULT_TIMEOUT_MS)
    for (;;) {
      options.signal?.throwIfAborted()
      const state = await this.jobState(jobId)
      if (await isThere(state)) return
      const isLate = Date.now() > giveUpAt
      if (isLate || ENDED.has(state.state)) {
        const trace = await this.#lastFailure(jobId).catch(() => undefined)
        const so = `job ${jobId} is ${state.state}, wanted ${wanted}${isLate ? ' by now' : ''}`
        throw flinkFailure(so, trace ?? 'it names no failure')
      }
      await sleep(POLL_MS)
    }
  }

  #jobManager(request: {
    readonly method?: 'GET' | 'POST' | 'PATCH'
    readonly path: string
    readonly body?: unknown
    readonly signal?: AbortSignal
    readonly what: string
  }): Promise<unknown> {
    const { path, ...rest } = request
    return flinkRequest({ ...rest, url: `${this.#connection.jobManagerUrl}${path}` })
  }
}
