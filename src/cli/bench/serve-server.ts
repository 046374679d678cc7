import { silentLogger } from '../../core/logger.ts'
import type { Recommendation } from '../../recommend/recommender.ts'
import { recommendationRoutes } from '../../serving/routes/recommendations.ts'
import { createServer } from '../../serving/server.ts'
import { serveShop } from '../serving/running-shop.ts'

/**
 * The server under test, in a process of its own: `node serve-server.ts <folder>`. Told `floor` with an answer it
 * listens anew and gives that answer to everybody: what HTTP, validation and JSON of that size cost. Told `report`
 * it tells what it used so far; told `close` it closes.
 */
export type ServeServerReport = { readonly cpuMs: number; readonly peakMb: number }
export type ServeServerMessage =
  | { readonly kind: 'listening'; readonly url: string; readonly startedMs: number }
  | { readonly kind: 'report'; readonly report: ServeServerReport }
export type ServeServerTask =
  | { readonly kind: 'floor'; readonly recommendation: Recommendation }
  | { readonly kind: 'report' }
  | { readonly kind: 'close' }

const [dataDir = ''] = process.argv.slice(2)
const closing: (() => Promise<void>)[] = []
const say = (message: ServeServerMessage): void => {
  process.send?.(message)
}

async function listenOnShop(): Promise<void> {
  const startedAt = performance.now()
  const farewell = { lingerMs: 0, deadlineMs: 5000 }
  const running = await serveShop({ dataDir, port: 0, host: '127.0.0.1', logger: silentLogger, farewell })
  closing.push(running.close)
  const startedMs = performance.now() - startedAt
  await running.settled()
  say({ kind: 'listening', url: running.url, startedMs })
}

async function listenOnFloor(recommendation: Recommendation): Promise<void> {
  const startedAt = performance.now()
  const routes = [recommendationRoutes({ recommend: () => recommendation })]
  const app = await createServer({ logger: silentLogger, version: 'bench', routes })
  closing.push(() => app.close())
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  say({ kind: 'listening', url, startedMs: performance.now() - startedAt })
}

function reportOf(): ServeServerReport {
  const { user, system } = process.cpuUsage()
  return { cpuMs: (user + system) / 1000, peakMb: process.resourceUsage().maxRSS / 1024 }
}

process.on('message', async (task: ServeServerTask) => {
  switch (task.kind) {
    case 'floor':
      return listenOnFloor(task.recommendation)
    case 'report':
      return say({ kind: 'report', report: reportOf() })
    case 'close':
      for (const close of closing) await close()
      process.disconnect()
  }
})
if (dataDir !== '') await listenOnShop()
else say({ kind: 'report', report: reportOf() })
