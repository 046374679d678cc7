import { afterAll, beforeAll, expect, test } from 'vitest'
import { silentLogger } from '../../core/logger.ts'
import { DEMO_SIZE } from '../../datagen/synthetic-shop/shop-options.ts'
import { syntheticShop } from '../../datagen/synthetic-shop/synthetic-shop.ts'
import { createServer } from '../../serving/server.ts'
import { pictureRoute } from './picture-route.ts'

let app: Awaited<ReturnType<typeof createServer>>
beforeAll(async () => {
  app = await createServer({ logger: silentLogger, version: '0.0.0', routes: [pictureRoute] })
})
afterAll(() => app.close())

test('every picture of a generated shop is drawn as it lies in its folder; others are not there', async () => {
  const shop = syntheticShop({ ...DEMO_SIZE, endAt: Date.UTC(2026, 0, 1) })
  const pictures = [...shop.pictures()]
  expect(pictures.length).toBeGreaterThan(100)
  expect(new Set(pictures.map(([, svg]) => svg)).size).toBe(pictures.length)
  for (const [path, svg] of pictures) {
    const response = await app.inject(`/${path}`)
    expect([response.statusCode, response.headers['content-type'], response.body]).toEqual([
      200,
      'image/svg+xml',
      svg,
    ])
  }
  expect((await app.inject('/pictures/mug_mug_gold_blue.svg')).statusCode).toBe(404)
})
