import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { silentLogger } from '../../../core/logger.ts'
import type { DecisionRequest } from '../../decision.ts'
import { openLmdbDecisionStore } from './lmdb-decision-store.ts'

export type DecisionsErased = {
  readonly kept: number
  readonly erased: number
}

/**
 * Copies decisions into a new environment without those of somebody, so that no page of the copy holds a byte of
 * theirs. Nobody may write to either meanwhile.
 *
 * @param isTheirs of a request with the ids of who asked
 * @returns null if there are no decisions to copy
 * @throws EndcapError UNKNOWN_FORMAT, CORRUPT
 */
export async function copyDecisionsWithout(
  from: string,
  to: string,
  isTheirs: (request: DecisionRequest) => boolean,
): Promise<DecisionsErased | null> {
  if (!existsSync(join(from, 'data.mdb'))) return null
  const logger = silentLogger
  const source = await openLmdbDecisionStore({ folder: from, logger, readOnly: true })
  const copy = await openLmdbDecisionStore({ folder: to, logger, retentionMs: Number.MAX_SAFE_INTEGER })
  let [kept, erased] = [0, 0]
  try {
    for (const record of source.all()) {
      if (isTheirs(record.request)) {
        erased += 1
        continue
      }
      copy.put(record)
      kept += 1
      if (kept % BATCH === 0) await copy.flush()
    }
  } finally {
    await copy.close()
    await source.close()
  }
  return { kept, erased }
}

const BATCH = 1000
