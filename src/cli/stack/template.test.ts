import { expect, test } from 'vitest'
import { fillTemplate } from './template.ts'

test('names get their values; comments keep their text', () => {
  const text = '# @port@ is filled in\nport=@port@\nurl=http://@host@:@port@\n'
  expect(fillTemplate(text, { port: 9, host: 'h' })).toBe('# @port@ is filled in\nport=9\nurl=http://h:9\n')
})

test('a name without a value is a bug, and so is a value without a name', () => {
  expect(() => fillTemplate('a=@a@', {})).toThrow("no value for 'a'")
  expect(() => fillTemplate('a=@a@', { a: 1, b: 2 })).toThrow('does not use b')
})
