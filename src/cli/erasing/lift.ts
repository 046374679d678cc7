import { readRequests, writeRequests } from './requests.ts'
import { lockShop } from './swap.ts'
import { readTombstones, tagOf, tombstoneKey, writeTombstones } from './tombstones.ts'

/**
 * Lets a customer who was erased come back: their id is taken again. Visits and orders of before stay refused.
 * A request that has not been carried out is dropped.
 * @returns false if they were not erased and did not ask to be
 * @throws EndcapError FOLDER_IN_USE
 */
export function lift({
  dataDir,
  customer,
}: {
  readonly dataDir: string
  readonly customer: string
}): boolean {
  const isAsked = readRequests(dataDir).pending.some(({ customer_id }) => customer_id === customer)
  const before = readTombstones(dataDir)
  if (before.tags.length === 0 && !isAsked) return false
  const tag = tagOf(tombstoneKey(dataDir), { kind: 'customer', id: customer })
  if (!before.tags.includes(tag) && !isAsked) return false
  const lock = lockShop(dataDir)
  try {
    const { pending, ...requests } = readRequests(dataDir)
    if (isAsked) {
      const others = pending.filter(({ customer_id }) => customer_id !== customer)
      writeRequests(dataDir, { ...requests, pending: others })
    }
    const { tags, ...rest } = readTombstones(dataDir)
    writeTombstones(dataDir, { ...rest, tags: tags.filter((other) => other !== tag) })
  } finally {
    lock.release()
  }
  return true
}
