import { silentLogger } from '../../core/logger.ts'
import type { WriterTimes } from '../../features/stream/inprocess/writer.ts'
import { type EventIntake, eventRoutes } from '../../serving/routes/events.ts'
import { createServer } from '../../serving/server.ts'
import { openShop } from '../embedded-shop.ts'

/**
 * The server under test, in a process of its own: `node ingest-server.ts <folder>`, or without a folder one that
 * reads the body and answers, the floor of what HTTP costs. Told `report` it tells what it used so far; told
 * `close` it closes.
 */
export type ServerReport = {
  readonly cpuMs: number
  readonly times: WriterTimes | null
  readonly logPosition: number
  readonly peakMb: number
}
export type ServerMessage =
  | { readonly kind: 'listening'; readonly url: string }
  | { readonly kind: 'report'; readonly report: ServerReport }

const [dataDir] = process.argv.slice(2)
const shop = dataDir === undefined ? undefined : await openShop({ dataDir, logger: silentLogger })
const nothing: EventIntake = {
  ingest: async () => ({ accepted: 0, duplicates: 0, refused: 0, results: [], logPosition: 0 }),
}
const app = await createServer({
  logger: silentLogger,
  version: 'bench',
  routes: [eventRoutes(shop?.writer ?? nothing)],
})
const url = await app.listen({ host: '127.0.0.1', port: 0 })

const say = (message: ServerMessage): void => {
  process.send?.(message)
}

function reportOf(): ServerReport {
  const { user, system } = process.cpuUsage()
  return {
    cpuMs: (user + system) / 1000,
    times: shop === undefined ? null : { ...shop.writer.times },
    logPosition: shop?.writer.logPosition ?? 0,
    peakMb: process.resourceUsage().maxRSS / 1024,
  }
}

process.on('message', async (message) => {
  if (message === 'report') return say({ kind: 'report', report: reportOf() })
  if (message === 'close') {
    await app.close()
    await shop?.close()
    process.disconnect()
  }
})
say({ kind: 'listening', url })
