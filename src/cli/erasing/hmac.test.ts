import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hmacSha256 } from './hmac.ts'

test('is the HMAC of the standard: case 2 of RFC 4231', () => {
  expect(hmacSha256(Buffer.from('Jefe'))('what do ya want for nothing?')).toBe(
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  )
})

test('is that of Node for any key and text', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.string({ unit: 'binary' }), (key, text) => {
      expect(hmacSha256(key)(text)).toBe(createHmac('sha256', key).update(text).digest('hex'))
    }),
  )
})
