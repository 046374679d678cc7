import { lockShop } from './swap.ts'
import { readTombstones, tagOf, tombstoneKey, writeTombstones } from './tombstones.ts'

/**
 * Lets a customer who was erased come back: their id is taken again. Visits and orders of before stay refused.
 * @returns false if they were not erased
 * @throws EndcapError FOLDER_IN_USE
 */
export function lift({
  dataDir,
  customer,
}: {
  readonly dataDir: string
  readonly customer: string
}): boolean {
  const before = readTombstones(dataDir)
  if (before.tags.length === 0) return false
  const tag = tagOf(tombstoneKey(dataDir), { kind: 'customer', id: customer })
  if (!before.tags.includes(tag)) return false
  const lock = lockShop(dataDir)
  try {
    const { tags, ...rest } = readTombstones(dataDir)
    writeTombstones(dataDir, { ...rest, tags: tags.filter((other) => other !== tag) })
  } finally {
    lock.release()
  }
  return true
}
