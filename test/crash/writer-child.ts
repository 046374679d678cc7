import { flushCompileCache } from 'node:module'
import { type EmbeddedShop, openShop } from '../../src/cli/embedded-shop.ts'
import { silentLogger } from '../../src/core/logger.ts'
import { CRASH_NOW } from './crash-events.ts'

/**
 * A writer in a process of its own, to be killed: `node writer-child.ts <folder>`. It opens the folder when it is
 * told to, takes bodies in, and at the end closes and tells the hash of the state.
 */
export type ParentMessage =
  | { readonly kind: 'open' }
  | { readonly kind: 'take'; readonly body: number; readonly text: string }
  | { readonly kind: 'close' }

export type ChildMessage =
  | { readonly kind: 'loaded' }
  | { readonly kind: 'ready'; readonly replayed: number }
  | { readonly kind: 'taken'; readonly body: number }
  | { readonly kind: 'closed'; readonly hash: string; readonly position: number }

const [dataDir = ''] = process.argv.slice(2)
let shop: EmbeddedShop | undefined
let replayed = 0
const logger = silentLogger.child({}, { level: 'info' })
logger.info = (fields: unknown) => {
  if (fields !== null && typeof fields === 'object' && 'from' in fields && 'to' in fields) {
    replayed = Number(fields.to) - Number(fields.from)
  }
}

const say = (message: ChildMessage): void => {
  process.send?.(message)
}

process.on('message', async (message: ParentMessage) => {
  switch (message.kind) {
    case 'open':
      shop = await openShop({ dataDir, logger, clock: () => CRASH_NOW })
      return say({ kind: 'ready', replayed })
    case 'take':
      await shop?.writer.ingest(Buffer.from(message.text), 'json')
      return say({ kind: 'taken', body: message.body })
    case 'close': {
      if (shop === undefined) throw new Error('closed before it was opened')
      const [hash, position] = [shop.state.hash(), shop.state.position()]
      await shop.close()
      say({ kind: 'closed', hash, position })
      return process.disconnect()
    }
  }
})
// Killed processes leave no compile cache behind: the first one writes it for the others.
flushCompileCache()
say({ kind: 'loaded' })
