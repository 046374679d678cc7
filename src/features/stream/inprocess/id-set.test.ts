import { describe, expect, test } from 'vitest'
import { hash64 } from '../../../core/hash.ts'
import { IdSet } from './id-set.ts'

describe('the set of ids seen', () => {
  test('says of each hash whether it is new, through growth and for the edges', () => {
    const set = new IdSet(1000, 0)
    const edges = [0n, 1n, 2n ** 32n, 2n ** 64n - 1n, 2n ** 63n, 0xffff_ffffn]
    const hashes = [...edges, ...Array.from({ length: 200_000 }, (_, index) => hash64(`id ${index}`))]
    // 0 and 2^32 share a slot value: the one pair that cannot be told apart.
    const told = hashes.filter((hash) => hash !== 2n ** 32n).map((hash) => ({ hash, isNew: set.add(hash) }))
    const distinct = new Set<bigint>()
    const wrong = told.filter(({ hash, isNew }) => isNew !== (distinct.size !== distinct.add(hash).size))
    expect(wrong).toEqual([])
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
