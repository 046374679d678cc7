import { expect, test } from 'vitest'
import { productContent } from './product-content.ts'

const mug = {
  sku: 'mug',
  product_name: 'Blue Mug',
  category: 'Home/Mugs',
  brand: 'Kahla',
  attributes: { colour: 'blue' },
}
const jug = { sku: 'jug', product_name: 'Jug', category: 'Home' }

test('titles and attributes by item number; what is not known is empty', () => {
  const { content } = productContent(['jug', 'lamp', 'mug'], [mug, jug])
  // Sorted: attribute.colour=blue 0, brand=Kahla 1, category=Home 2, category=Home/Mugs 3
  expect(content).toEqual({
    titles: ['Jug', '', 'Blue Mug'],
    attributes: [[2], [], [0, 1, 2, 3]],
    categories: ['Home', null, 'Home/Mugs'],
    brands: [null, null, 'Kahla'],
  })
})

test('the snapshot names the content: the order of versions does not matter, a changed title does', () => {
  const skus = ['jug', 'mug']
  const { snapshot } = productContent(skus, [mug, jug])
  expect(productContent(skus, [jug, mug]).snapshot).toBe(snapshot)
  expect(productContent(skus, [{ ...mug, product_name: 'Red Mug' }, jug]).snapshot).not.toBe(snapshot)
  expect(productContent(skus, [{ ...mug, price_cents: 1 }, jug]).snapshot).toBe(snapshot)
})

const pictures = new Map([
  ['mug', Float32Array.of(0.6, 0.8)],
  ['jug', Float32Array.of(1, 0)],
])

test('vectors are those of pictures, unless the shop gives embeddings; these have length 1', () => {
  const skus = ['jug', 'lamp', 'mug']
  const { content, snapshot } = productContent(skus, [mug, jug], pictures)
  expect(content.vectors).toEqual([Float32Array.of(1, 0), null, Float32Array.of(0.6, 0.8)])
  expect(productContent(skus, [mug, jug]).snapshot).not.toBe(snapshot)
  const given = [
    { ...mug, embedding: [3, 0, 4] },
    { ...jug, embedding: [0, 0, 0] },
  ]
  expect(productContent(skus, given, pictures).content.vectors).toEqual([
    null,
    null,
    Float32Array.of(0.6, 0, 0.8),
  ])
})

test('an embedding of another length than most is left out', () => {
  const of = (sku: string, embedding: readonly number[]) => ({ ...mug, sku, embedding })
  const { content } = productContent(['a', 'b', 'c'], [of('a', [1, 0]), of('b', [0, 2]), of('c', [1, 0, 0])])
  expect(content.vectors).toEqual([Float32Array.of(1, 0), Float32Array.of(0, 1), null])
})
