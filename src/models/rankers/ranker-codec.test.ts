import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EndcapError } from '../../core/errors.ts'
import { seededRandom } from '../../core/random.ts'
import { randomRanker } from './random-ranker.ts'
import { decodeRanker, encodeRanker } from './ranker-codec.ts'

const SIZE = { shape: 'oblivious', depth: 3, featureCount: 4, treeCount: 5 } as const
const bytes = encodeRanker(randomRanker(seededRandom('codec'), SIZE))

/** What the reader says; null: it reads. */
function refusal(text: Uint8Array): string | null {
  try {
    decodeRanker(text, 'ranker.bin')
    return null
  } catch (error) {
    if (error instanceof EndcapError && error.code === 'CORRUPT_ARTEFACT') return error.message
    throw error
  }
}

test('what is read is what was written, to the bit', () => {
  const sizes = fc.record({
    shape: fc.constantFrom('oblivious' as const, 'perfect' as const),
    depth: fc.integer({ min: 1, max: 8 }),
    featureCount: fc.integer({ min: 1, max: 9 }),
    treeCount: fc.integer({ min: 0, max: 6 }),
  })
  fc.assert(
    fc.property(fc.nat(), sizes, (seed, size) => {
      const model = randomRanker(seededRandom(seed), size)
      expect(decodeRanker(encodeRanker(model), 'x')).toEqual(model)
    }),
  )
})

test('names may be of any letters', () => {
  const model = {
    ...randomRanker(seededRandom(1), { ...SIZE, featureCount: 2 }),
    featureNames: ['prix (€)', 'x'],
  }
  expect(decodeRanker(encodeRanker(model), 'x').featureNames).toEqual(['prix (€)', 'x'])
})

describe('damage is refused', () => {
  test('any byte that is changed', () => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        expect(refusal(bytes.map((byte, index) => (index === at ? byte ^ change : byte)))).not.toBeNull()
      }),
    )
  })

  test('any end that is cut off, and anything added', () => {
    for (let size = 0; size < bytes.length; size += 7) expect(refusal(bytes.subarray(0, size))).not.toBeNull()
    expect(refusal(Uint8Array.from([...bytes, 0]))).toContain('checksum')
  })

  test('another file', () => {
    expect(refusal(new TextEncoder().encode('ENDCAPB1'.padEnd(100)))).toContain(
      'it does not begin with ENDCAPR1',
    )
  })
})

describe('a model that was written whole but makes no sense is refused', () => {
  const model = randomRanker(seededRandom('sense'), SIZE)
  const { forest, quantiser } = model
  test.each([
    ['an unknown feature', { ...model, forest: { ...forest, features: forest.features.slice().fill(9) } }],
    ['a bin above 127', { ...model, forest: { ...forest, bins: forest.bins.slice().fill(128) } }],
    ['unknown side', { ...model, forest: { ...forest, missingRight: forest.bins.slice().fill(2) } }],
    ['not finite', { ...model, forest: { ...forest, leaves: forest.leaves.slice().fill(Number.NaN) } }],
    ['distinct names', { ...model, featureNames: ['a', 'a', 'b', 'c'] }],
    ['do not ascend', { ...model, quantiser: { ...quantiser, edges: quantiser.edges.slice().fill(1) } }],
  ])('%s', (message, wrong) => {
    expect(refusal(encodeRanker(wrong))).toContain(message)
  })
})
