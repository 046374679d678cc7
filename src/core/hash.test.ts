import { expect, test } from 'vitest'
import { canonicalJson, hash8, hash64, sha256 } from './hash.ts'

test('equal values have equal canonical text, whatever the order of their keys', () => {
  expect(canonicalJson({ b: 1, a: [{ d: 2, c: 3 }] })).toBe('{"a":[{"c":3,"d":2}],"b":1}')
  expect(hash8({ b: 1, a: 2 })).toBe(hash8({ a: 2, b: 1 }))
})

test('hashes are the published ones', () => {
  // SHA-256 of "abc": FIPS 180-2, appendix B.1. xxHash64 of "" with seed 0: the xxHash specification.
  expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  expect(hash64('')).toBe(0xef46db3751d8e999n)
})
