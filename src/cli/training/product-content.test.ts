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
  expect(content).toEqual({ titles: ['Jug', '', 'Blue Mug'], attributes: [[2], [], [0, 1, 2, 3]] })
})

test('the snapshot names the content: the order of versions does not matter, a changed title does', () => {
  const skus = ['jug', 'mug']
  const { snapshot } = productContent(skus, [mug, jug])
  expect(productContent(skus, [jug, mug]).snapshot).toBe(snapshot)
  expect(productContent(skus, [{ ...mug, product_name: 'Red Mug' }, jug]).snapshot).not.toBe(snapshot)
  expect(productContent(skus, [{ ...mug, price_cents: 1 }, jug]).snapshot).toBe(snapshot)
})
