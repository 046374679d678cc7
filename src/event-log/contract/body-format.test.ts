import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BAD_JSON, eventBytes, parseBody } from './body-format.ts'

const text = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString()
const blank = fc.constantFrom('', ' ', '\n', '\t ')

describe('the bytes of events in a body', () => {
  test('of an array, wrapped or not, are those that were sent', () => {
    fc.assert(
      fc.property(fc.array(fc.json(), { minLength: 1 }), blank, fc.boolean(), (events, space, isWrapped) => {
        const array = `${space}[${space}${events.join(`${space},${space}`)}${space}]${space}`
        const body = Buffer.from(isWrapped ? `{ "events" :${array}}` : array)
        const parsed = parseBody(body, 'json')
        const bytes = eventBytes(body, 'json', parsed, [...events.keys()])
        expect(bytes.map(text)).toEqual(events.map((event) => event.trim()))
      }),
    )
  })

  test('of lines are the lines, blank ones and line ends left out', () => {
    const body = Buffer.from('{"n": 1}\r\n\n nonsense \n{"n":2}')
    const parsed = parseBody(body, 'ndjson')
    expect(parsed).toEqual([{ n: 1 }, BAD_JSON, { n: 2 }])
    expect(eventBytes(body, 'ndjson', parsed, [1, 2]).map(text)).toEqual(['nonsense', '{"n":2}'])
  })

  test('of one object with a list in it are the whole object', () => {
    const body = Buffer.from('{"payload":[1]}')
    expect(eventBytes(body, 'json', parseBody(body, 'json'), [0]).map(text)).toEqual(['{"payload":[1]}'])
  })

  test('beside other members are the event written again', () => {
    const body = Buffer.from('{"other":[7,8],"events":[{"n": 1},{"n": 2}]}')
    expect(eventBytes(body, 'json', parseBody(body, 'json'), [1]).map(text)).toEqual(['{"n":2}'])
  })

  test.each(['{', '"text"', '7', 'null', ''])('a body %j is refused as a whole', (body) => {
    expect(() => parseBody(Buffer.from(body), 'json')).toThrow(/the body is/)
  })
})
