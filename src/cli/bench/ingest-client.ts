import { Agent, request } from 'node:http'
import { type IngestBodies, type IngestLoad, ingestBodies } from './ingest-events.ts'

/**
 * A client in a process of its own: told what to send it makes the bodies and says `made`; told `go` it sends
 * them over some connections, each waiting for its answer, and tells the sums and the time.
 */
export type ClientTask = {
  readonly kind: 'make'
  readonly load: IngestLoad
  readonly url: string
  readonly connections: number
}
export type ClientResult = {
  readonly accepted: number
  readonly duplicates: number
  readonly refused: number
  readonly ms: number
  readonly bytes: number
  readonly expected: IngestBodies['expected']
  /** Time from request to answer of a body, ms. */
  readonly p50Ms: number
  readonly p99Ms: number
}
export type ClientMessage =
  | { readonly kind: 'made' }
  | { readonly kind: 'done'; readonly result: ClientResult }

type Answer = { readonly accepted: number; readonly duplicates: number; readonly refused: number }

let task: (ClientTask & { readonly made: IngestBodies }) | undefined
const say = (message: ClientMessage): void => {
  process.send?.(message)
}

process.on('message', async (message: ClientTask | { readonly kind: 'go' }) => {
  if (message.kind === 'make') {
    task = { ...message, made: ingestBodies(message.load) }
    return say({ kind: 'made' })
  }
  if (task === undefined) throw new Error('told to go before there was anything to send')
  say({ kind: 'done', result: await sendAll(task) })
  process.disconnect()
})

async function sendAll({ made, url, connections }: NonNullable<typeof task>): Promise<ClientResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const sum = { accepted: 0, duplicates: 0, refused: 0 }
  const latencies: number[] = []
  let next = 0
  const startedAt = performance.now()
  const worker = async (): Promise<void> => {
    for (let body = made.bodies[next++]; body !== undefined; body = made.bodies[next++]) {
      const sentAt = performance.now()
      const answer = await post(`${url}/v1/events`, body, agent)
      latencies.push(performance.now() - sentAt)
      sum.accepted += answer.accepted
      sum.duplicates += answer.duplicates
      sum.refused += answer.refused
    }
  }
  await Promise.all(Array.from({ length: connections }, worker))
  const ms = performance.now() - startedAt
  agent.destroy()
  latencies.sort((a, b) => a - b)
  const quantile = (share: number) => latencies[Math.floor(share * (latencies.length - 1))] ?? 0
  const { bytes, expected } = made
  return { ...sum, ms, bytes, expected, p50Ms: quantile(0.5), p99Ms: quantile(0.99) }
}

function post(url: string, body: Buffer, agent: Agent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': body.length }
    const outgoing = request(url, { method: 'POST', agent, headers }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () => {
        const text = Buffer.concat(parts).toString()
        if (response.statusCode === 200) resolve(JSON.parse(text))
        else reject(new Error(`${response.statusCode}: ${text}`))
      })
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}
