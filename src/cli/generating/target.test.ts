import { expect, test } from 'vitest'
import { targetOf } from './target.ts'

test.each([
  ['shop-events', { kind: 'folder', folder: 'shop-events' }],
  ['/tmp/a b', { kind: 'folder', folder: '/tmp/a b' }],
  ['http://127.0.0.1:8080', { kind: 'http', url: 'http://127.0.0.1:8080' }],
  ['kafka://localhost:19092', { kind: 'kafka', bootstrapBrokers: ['localhost:19092'], topicPrefix: '' }],
  ['kafka://a:1,b:2/shop.', { kind: 'kafka', bootstrapBrokers: ['a:1', 'b:2'], topicPrefix: 'shop.' }],
])('%s is understood', (to, target) => {
  expect(targetOf(to)).toEqual(target)
})

test.each(['kafka://nowhere', 'kafka://a:1/no spaces', 'ftp://host/x', 'http://'])('%s is refused', (to) => {
  expect(() => targetOf(to)).toThrow(/is no folder, http/)
})
