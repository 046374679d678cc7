import { expect, test } from 'vitest'
import { affinity } from '../affinity/affinity.ts'
import { pairSumsInProcess } from '../affinity/pair-sums.ts'
import { recommenderContract } from '../recommender.contract.ts'
import type { Recommender, Training } from '../recommender.ts'
import { sequencesOf } from '../sequences.ts'
import { type ContentPart, withoutContent } from './without-content.ts'

const model = affinity(pairSumsInProcess)

recommenderContract(withoutContent(model, 'titles'), {
  firstForStranger: 0,
  firstForRepeater: null,
  completesTheColour: true,
})

/** Nobody has item 2 yet; its title is that of item 0, its attributes are those of item 1. Item 3 is like neither. */
const training: Training = {
  sequences: sequencesOf(4, [
    [0, 1],
    [1, 0],
  ]),
  content: { titles: ['red mug', 'blue pan', 'red mug', 'green tea'], attributes: [[1], [2], [2], [3]] },
  asOfDay: null,
}

async function scoresOfTwo(
  recommender: Recommender,
  past: Training = training,
): Promise<readonly [afterZero: number, afterOne: number]> {
  const fitted = await recommender.fit(past)
  const scores = new Float64Array(4)
  const after = (item: number): number => {
    fitted.score({ items: Int32Array.of(item), days: null }, scores)
    return scores[2] ?? Number.NaN
  }
  return [after(0), after(1)]
}

test('without titles a new item is found by its attributes alone, and the other way round; without both, not at all', async () => {
  const found = async (part: ContentPart) =>
    (await scoresOfTwo(withoutContent(model, part))).map((score) => score > 0)
  expect((await scoresOfTwo(model)).map((score) => score > 0)).toEqual([true, true])
  const [byTitle, byAttribute] = [
    await scoresOfTwo(withoutContent(model, 'attributes')),
    await scoresOfTwo(withoutContent(model, 'titles')),
  ]
  expect(byTitle[0]).toBeGreaterThan(byTitle[1])
  expect(byAttribute[1]).toBeGreaterThan(byAttribute[0])
  expect(await found('content')).toEqual([false, false])
})

test('without text pictures are left, and the other way round', async () => {
  const vectors = [[1, 0], [0, 1], [0, 1], null].map((cells) => cells && Float32Array.from(cells))
  const pictured: Training = {
    ...training,
    content: { titles: ['red mug', 'blue pan', 'red mug', ''], attributes: [[1], [2], [1], []], vectors },
  }
  const [byText, byPicture] = [
    await scoresOfTwo(withoutContent(model, 'pictures'), pictured),
    await scoresOfTwo(withoutContent(model, 'text'), pictured),
  ]
  expect(byText[0]).toBeGreaterThan(byText[1])
  expect(byPicture[1]).toBeGreaterThan(byPicture[0])
})

test('is named after what it does without', () => {
  expect(withoutContent(model, 'content').name).toBe('affinity-no-content')
})
