import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import type { StackSettings } from '../../src/catalog/stack-settings.ts'
import { catalog } from '../../src/cli/shop.ts'
import { stackDown, stackUp } from '../../src/cli/stack/stack.ts'
import type { Stack } from '../../src/cli/stack/types.ts'
import { openMaterialisedState } from '../../src/cli/streaming/materialised-state.ts'
import { stackSettings } from '../../src/cli/streaming/stack-connection.ts'
import { connectionOf } from '../../src/cli/streaming/stack-shop.ts'
import { startStream, stopStream } from '../../src/cli/streaming/stream-job.ts'
import { hash64 } from '../../src/core/hash.ts'
import { silentLogger as logger } from '../../src/core/logger.ts'
import { seededRandom } from '../../src/core/random.ts'
import { syntheticShop } from '../../src/datagen/synthetic-shop/synthetic-shop.ts'
import { memoryLog } from '../../src/event-log/memory/memory-log.ts'
import { memoryStateStore } from '../../src/features/online/memory-state-store.ts'
import { openOnlineState } from '../../src/features/online/online-state.ts'
import { type HistoryEvent, startWriter } from '../../src/features/stream/inprocess/writer.ts'

/** What befalls a shop on Kafka and Flink while its events flow. */
export const FAULTS = [
  'task manager killed',
  'broker restarted',
  'API process killed',
  'gateway killed',
  'input sent twice',
  'a partition silent',
] as const
export type Fault = (typeof FAULTS)[number]

export type FaultedRun = {
  readonly stack: Stack
  readonly seed: string
  /** One after the other, each somewhere in its share of the events. */
  readonly faults: readonly Fault[]
  /** How long a silent partition is silent. */
  readonly silenceMs: number
  /** Told of each step. */
  readonly report?: (line: string) => void
}

/** Hashes of the state that was to be, and of that which is there at the end. */
export type FaultedResult = { readonly expected: string; readonly actual: string; readonly events: number }

const BODY_EVENTS = 100
const DEADLINE_MS = 180_000
const PARTITIONS = 6

/** A shop whose events are sent while faults happen; whoever sends got an answer for each in the end. */
export async function runFaulted(run: FaultedRun): Promise<FaultedResult> {
  const { stack, seed, faults, silenceMs, report = () => {} } = run
  const folder = mkdtempSync(join(tmpdir(), 'endcap-faults-'))
  const random = seededRandom(seed)
  const topicPrefix = `faults-${hash64(`${seed} ${Date.now()}`).toString(36)}.`
  const settings = await stackSettings({ runDir: stack.runDir, topicPrefix })
  const dataDir = join(folder, 'shop')
  await startStream(dataDir, settings)
  const api = new Api(['--data-dir', dataDir, '--run-dir', stack.runDir, '--topic-prefix', topicPrefix])
  try {
    const endAt = Date.now()
    const events = [
      ...syntheticShop({ products: 20, customers: 300, days: 4, seed: 1, endAt, plant: 'none' }).events(),
    ].map(({ topic, value }): HistoryEvent => ({ topic, value: { ...value } }))
    const share = Math.floor(events.length / faults.length)
    for (const [index, fault] of faults.entries()) {
      const part = events.slice(index * share, index === faults.length - 1 ? undefined : (index + 1) * share)
      const at = Math.floor(part.length * (0.2 + 0.6 * random.next()))
      await api.send(part.slice(0, at))
      report(`${at} events sent, then ${fault}`)
      const rest = part.slice(at)
      await HAPPEN[fault]({ stack, api, settings, silenceMs, folder, before: part.slice(0, at) })
      if (fault === 'a partition silent') {
        const isSilent = ({ topic, value }: HistoryEvent) => partitionOf(topic, value) === 0
        const loud = rest.filter((event) => !isSilent(event))
        await api.send(loud)
        const seen = [...events.slice(0, index * share), ...part.slice(0, at), ...loud]
        const heard = await hashOf(seen, endAt)
        const silentUntil = Date.now() + silenceMs
        const own = join(folder, 'beside')
        if ((await materialised(own, settings, heard)) !== heard)
          throw new Error(`the others waited for the silent partition (seed ${seed})`)
        await sleep(Math.max(0, silentUntil - Date.now()))
        await api.send(rest.filter(isSilent))
      } else await api.send(rest)
    }
    report('all events sent')
    await api.stop()
    const expected = await hashOf(events, endAt)
    const actual = await materialised(join(dataDir, 'state-stack'), settings, expected)
    return { expected, actual, events: events.length }
  } finally {
    await api.kill()
    await stopStream(dataDir, settings).catch(() => {})
    rmSync(folder, { recursive: true, force: true })
  }
}

type Circumstances = {
  readonly stack: Stack
  readonly api: Api
  readonly settings: StackSettings
  readonly silenceMs: number
  readonly folder: string
  /** What was sent last. */
  readonly before: readonly HistoryEvent[]
}

/** What follows is sent as soon as these return: faults that heal by themselves are healing meanwhile. */
const HAPPEN: Readonly<Record<Fault, (circumstances: Circumstances) => Promise<void>>> = {
  'task manager killed': async ({ stack }) => {
    await stack.killTaskManager()
    await stack.startTaskManager()
  },
  'broker restarted': async ({ stack: { runDir } }) => {
    await stackDown({ runDir, engines: ['kafka'], keep: true })
    await stackUp({ runDir, engines: ['kafka'] })
  },
  'API process killed': ({ api }) => api.kill(),
  'gateway killed': async ({ stack, api, before }) => {
    await stack.killGateway()
    await api.send(before.slice(-BODY_EVENTS))
    await stack.startGateway()
  },
  'input sent twice': ({ api, before }) => api.send(before),
  'a partition silent': async () => {},
}

const partitionOf = (topic: string, value: HistoryEvent['value']): number => {
  const source = catalog.sources.find(({ name }) => name === topic)
  return Number(hash64(String(value[source?.partitionBy ?? ''])) % BigInt(PARTITIONS))
}

/** The hash of the state that the embedded profile has of these events. */
async function hashOf(events: readonly HistoryEvent[], now: number): Promise<string> {
  const state = await openOnlineState({ catalog, store: memoryStateStore() })
  const log = memoryLog(catalog.sources)
  const writer = await startWriter({ catalog, log, state, clock: () => now, logger })
  await writer.appendHistory(events)
  const hash = state.hash()
  await writer.close()
  return hash
}

/** The hash of a folder's state once it is the one that is waited for; that of the end if it never is. */
async function materialised(folder: string, settings: StackSettings, wanted: string): Promise<string> {
  const { state, materialiser, close } = await openMaterialisedState({
    folder,
    catalog,
    topics: connectionOf(settings),
    logger,
  })
  try {
    await materialiser.start()
    const giveUpAt = Date.now() + DEADLINE_MS
    while (state.hash() !== wanted && Date.now() < giveUpAt) while ((await materialiser.step()) > 0);
    // What is counted twice may come late.
    while ((await materialiser.step()) > 0);
    await materialiser.settle()
    return state.hash()
  } finally {
    await close()
  }
}

/** `endcap serve` as a process, started again whenever it ended or takes nothing any more. */
class Api {
  readonly #options: readonly string[]
  #child: ChildProcess | undefined
  #url = ''

  constructor(options: readonly string[]) {
    this.#options = options
  }

  /** Sends the events, each body until it is taken; what was sent and not answered is sent again. */
  async send(events: readonly HistoryEvent[]): Promise<void> {
    for (let from = 0; from < events.length; from += BODY_EVENTS) {
      const body = events.slice(from, from + BODY_EVENTS).map(({ topic, value }) => ({ topic, ...value }))
      await this.#untilTaken(JSON.stringify(body))
    }
  }

  /** SIGKILL; returns when it is gone. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  /** A last checkpoint, then the end. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM')
  }

  async #untilTaken(body: string): Promise<void> {
    const giveUpAt = Date.now() + DEADLINE_MS
    for (;;) {
      const taken = await this.#post(body).catch(() => false)
      if (taken) return
      if (Date.now() > giveUpAt) throw new Error('a body was not taken in time')
      await this.kill()
      await sleep(200)
    }
  }

  async #post(body: string): Promise<boolean> {
    if (this.#child === undefined || this.#child.exitCode !== null) await this.#start()
    const response = await fetch(`${this.#url}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(60_000),
    })
    const answer = (await response.json()) as { readonly refused?: number }
    if (answer.refused !== undefined && answer.refused > 0) throw new Error(JSON.stringify(answer))
    return response.ok
  }

  async #start(): Promise<void> {
    const args = ['serve', '--profile', 'stack', '--port', '0', '--json', ...this.#options]
    const child = spawn(join(import.meta.dirname, '../../endcap'), args, {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    this.#child = child
    for await (const line of createInterface({ input: child.stdout })) {
      if (!line.startsWith('{"url"')) continue
      this.#url = (JSON.parse(line) as { readonly url: string }).url
      return
    }
    throw new Error('the server ended before it listened')
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill(signal)
    await ended
  }
}
