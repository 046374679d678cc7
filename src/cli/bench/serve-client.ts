import { Agent, request } from 'node:http'

/**
 * A client in a process of its own: told what to ask it asks and tells how long the answers took. Without a rate some
 * connections ask again as soon as they are answered; with one a question is asked when it is due, whatever became
 * of those before, and its time counts from then.
 */
export type ServeClientTask = {
  readonly kind: 'ask'
  readonly url: string
  /** Bodies, asked in turn. */
  readonly bodies: readonly string[]
  readonly count: number
  readonly connections: number
  /** Questions a second; null: as fast as they are answered. */
  readonly rate: number | null
}
export type ServeClientResult = {
  readonly ms: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** Mean size of an answer. */
  readonly answerBytes: number
}
export type ServeClientMessage = { readonly kind: 'done'; readonly result: ServeClientResult }

const say = (message: ServeClientMessage): void => {
  process.send?.(message)
}

process.on('message', async (task: ServeClientTask) => say({ kind: 'done', result: await ask(task) }))

type Tally = { readonly latencies: number[]; bytes: number }

async function ask(task: ServeClientTask): Promise<ServeClientResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: task.rate === null ? task.connections : 256 })
  const tally: Tally = { latencies: [], bytes: 0 }
  const startedAt = performance.now()
  await (task.rate === null ? askInTurn(task, agent, tally) : askAtRate(task, task.rate, agent, tally))
  const ms = performance.now() - startedAt
  agent.destroy()
  const sorted = tally.latencies.sort((a, b) => a - b)
  const quantile = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0
  return { ms, p50Ms: quantile(0.5), p99Ms: quantile(0.99), answerBytes: tally.bytes / task.count }
}

async function askInTurn(
  { url, bodies, count, connections }: ServeClientTask,
  agent: Agent,
  tally: Tally,
): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    for (let turn = next++; turn < count; turn = next++) {
      const askedAt = performance.now()
      tally.bytes += await post(url, bodies[turn % bodies.length] ?? '', agent)
      tally.latencies.push(performance.now() - askedAt)
    }
  }
  await Promise.all(Array.from({ length: connections }, worker))
}

function askAtRate(
  { url, bodies, count }: ServeClientTask,
  rate: number,
  agent: Agent,
  tally: Tally,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now()
    let [asked, answered] = [0, 0]
    const tick = (): void => {
      for (; asked < count; asked += 1) {
        const dueAt = startedAt + (asked * 1000) / rate
        if (dueAt > performance.now()) break
        post(url, bodies[asked % bodies.length] ?? '', agent).then((bytes) => {
          tally.bytes += bytes
          tally.latencies.push(performance.now() - dueAt)
          answered += 1
          if (answered === count) resolve()
        }, reject)
      }
      if (asked < count) setTimeout(tick, 1)
    }
    tick()
  })
}

/** @returns bytes of the answer */
function post(url: string, body: string, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const outgoing = request(url, { method: 'POST', agent, headers }, (response) => {
      let bytes = 0
      response.on('data', (part: Buffer) => {
        bytes += part.length
      })
      response.on('end', () => {
        if (response.statusCode === 200) resolve(bytes)
        else reject(new Error(`${response.statusCode} from the server of the benchmark`))
      })
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}
