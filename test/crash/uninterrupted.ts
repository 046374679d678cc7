import { catalog } from '../../src/catalog/catalog.ts'
import { silentLogger } from '../../src/core/logger.ts'
import { memoryLog } from '../../src/event-log/memory/memory-log.ts'
import { memoryStateStore } from '../../src/features/online/memory-state-store.ts'
import { openOnlineState } from '../../src/features/online/online-state.ts'
import { startWriter } from '../../src/features/stream/inprocess/writer.ts'
import { CRASH_NOW } from './crash-events.ts'

/** State hash and position after bodies that nothing interrupts. */
export async function uninterrupted(
  bodies: readonly string[],
): Promise<{ readonly hash: string; readonly position: number }> {
  const state = await openOnlineState({ catalog, store: memoryStateStore() })
  const log = memoryLog(catalog.sources)
  const writer = await startWriter({ catalog, log, state, clock: () => CRASH_NOW, logger: silentLogger })
  for (const body of bodies) await writer.ingest(Buffer.from(body), 'json')
  const result = { hash: state.hash(), position: state.position() }
  await writer.close()
  return result
}
