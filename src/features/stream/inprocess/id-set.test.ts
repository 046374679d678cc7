import { describe, expect, test } from 'vitest'
import { hash64 } from '../../../core/hash.ts'
import { IdSet } from './id-set.ts'

describe('the set of ids seen', () => {
  test('says of each hash whether it is new, through growth and for the edges', () => {
    const set = new IdSet(1000, 0)
    const edges = [0n, 1n, 2n ** 32n, 2n ** 64n - 1n, 2n ** 63n, 0xffff_ffffn]
    const hashes = [...edges, ...Array.from({ length: 200_000 }, (_, index) => hash64(`id ${index}`))]
    const distinct = new Set<bigint>()
    for (const hash of hashes) {
      // 0 and 2^32 share a slot value: the one pair that cannot be told apart.
      if (hash === 2n ** 32n) continue
      expect(set.add(hash)).toBe(!distinct.has(hash))
      distinct.add(hash)
    }
    expect(set.size).toBe(distinct.size)
    expect(hashes.some((hash) => set.add(hash))).toBe(false)
  })

  test('keeps a hash for at least the span, and drops it after twice that', () => {
    const set = new IdSet(1000, 0)
    set.add(7n)
    set.expire(1000)
    expect(set.add(7n)).toBe(false)
    set.expire(1001)
    expect(set.add(7n)).toBe(false)
    set.expire(2001)
    expect(set.add(7n)).toBe(false)
    set.expire(2002)
    expect(set.add(7n)).toBe(true)
  })
})
