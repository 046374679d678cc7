import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { VarintReader, VarintWriter } from './varint.ts'

const edges = [0, 1, 63, 64, 127, 128, 2 ** 31 - 1, 2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER]

describe('integers of varying length', () => {
  test('come back as they were written, nulls too, across buffers', () => {
    const unsigned = fc.oneof(fc.maxSafeNat(), fc.constantFrom(...edges))
    const signed = fc.oneof(
      fc.maxSafeInteger(),
      fc.constantFrom(...edges, ...edges.slice(1).map((n) => -n), Number.NaN),
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(unsigned, signed), { maxLength: 200 }), fc.nat(2000), (pairs, bytes) => {
        const writer = new VarintWriter(bytes)
        const halves = [pairs.slice(0, pairs.length / 2), pairs.slice(pairs.length / 2)].map((half) => {
          for (const [a, b] of half) {
            writer.unsigned(a)
            writer.signed(b)
          }
          return writer.take()
        })
        const read = halves.flatMap((half) => {
          const reader = new VarintReader(half)
          const values: [number, number][] = []
          while (!reader.isAtEnd) values.push([reader.unsigned(), reader.signed()])
          return values
        })
        expect(read).toEqual(pairs)
      }),
    )
  })

  test('small ones take a byte', () => {
    const writer = new VarintWriter()
    writer.unsigned(127)
    writer.signed(-63)
    writer.signed(Number.NaN)
    expect([...writer.take()]).toEqual([127, 0x40 | 63, 0x40])
    writer.unsigned(300)
    expect([...writer.take()]).toEqual([0xac, 2])
  })

  test('bytes that end too early are an error', () => {
    expect(() => new VarintReader(Uint8Array.of(0x80)).unsigned()).toThrow(RangeError)
  })
})
