import { expect, test } from 'vitest'
import { SendAhead } from './send-ahead.ts'

test('batches go out in order, one at a time, the rest at the end', async () => {
  const sent: number[][] = []
  let underWay = 0
  const ahead = new SendAhead<number>({ items: 3, size: 100 }, async (batch) => {
    underWay += 1
    expect(underWay).toBe(1)
    await new Promise((resolve) => setTimeout(resolve, 1))
    sent.push([...batch])
    underWay -= 1
  })
  for (let item = 1; item <= 8; item += 1) await ahead.add(item, 1)
  await ahead.finish()
  expect(sent).toEqual([
    [1, 2, 3],
    [4, 5, 6],
    [7, 8],
  ])
})

test('a batch is full by size too, and whoever adds waits only for the batch before', async () => {
  let release: () => void = () => {}
  const sent: string[][] = []
  const ahead = new SendAhead<string>({ items: 100, size: 4 }, (batch) => {
    sent.push([...batch])
    return new Promise((resolve) => {
      release = resolve
    })
  })
  expect(ahead.add('a', 2)).toBeUndefined()
  await ahead.add('b', 2)
  expect(sent).toEqual([['a', 'b']])
  expect(ahead.add('c', 1)).toBeUndefined()
  let waited = false
  const full = ahead.add('d', 3)?.then(() => {
    waited = true
  })
  await new Promise((resolve) => setTimeout(resolve, 5))
  expect([waited, sent.length]).toEqual([false, 1])
  release()
  await full
  expect(sent).toEqual([
    ['a', 'b'],
    ['c', 'd'],
  ])
})

test('what a batch fails with reaches whoever adds or finishes next', async () => {
  const failing = () => Promise.reject(new Error('the line is cut'))
  const ahead = new SendAhead<number>({ items: 1, size: 1 }, failing)
  await ahead.add(1, 1)
  await expect(ahead.add(2, 1)).rejects.toThrow('the line is cut')
  await expect(new SendAhead<number>({ items: 9, size: 9 }, failing).finish()).resolves.toBeUndefined()
})
