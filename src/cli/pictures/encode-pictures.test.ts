import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Encoder, encodePictures } from './encode-pictures.ts'
import { readPictureVectors, writePictureVectors } from './picture-file.ts'

let root: string
let folder: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'endcap-pictures-'))
  folder = join(root, 'images')
  mkdirSync(folder)
  writeFileSync(join(folder, 'red.png'), 'red')
  writeFileSync(join(folder, 'too.png'), 'red')
  writeFileSync(join(folder, 'text.txt'), 'no picture')
  writeFileSync(join(root, 'secret.png'), 'red')
})
afterEach(() => rmSync(root, { recursive: true }))

/** Reads three letters as a vector. */
const letters: Encoder = {
  id: 'letters/1',
  encode: async (bytes) => {
    if (bytes.length !== 3) throw new Error('no picture')
    return Float32Array.from(bytes)
  },
}
const product = (sku: string, image_url?: string) => ({
  sku,
  ...(image_url === undefined ? {} : { image_url }),
})

describe('pictures as vectors', () => {
  test('are read below the folder alone; what gives none is counted', async () => {
    const products = [
      product('a', 'red.png'),
      product('b', pathToFileURL(join(folder, 'too.png')).href),
      product('c'),
      product('d', 'https://shop.example/red.png'),
      product('e', '../secret.png'),
      product('f', 'gone.png'),
      product('g', 'text.txt'),
      { ...product('h', 'red.png'), deleted: true },
    ]
    const result = await encodePictures({ products, folder, encoder: letters, known: null })
    expect([...result.bySku.keys()]).toEqual(['a', 'b'])
    expect(result).toMatchObject({
      encoder: 'letters/1',
      encoded: 1,
      reused: 1,
      left: { none: 1, remote: 1, missing: 2, unreadable: 1 },
    })
  })

  test('of pictures that have not changed are kept, unless another encoder is asked', async () => {
    const place = join(root, 'pictures.ndjson')
    const products = [product('a', 'red.png')]
    const first = await encodePictures({ products, folder, encoder: letters, known: null })
    writePictureVectors(place, first)
    const known = readPictureVectors(place)
    expect(known).toEqual({ encoder: 'letters/1', bySku: first.bySku })
    expect(await encodePictures({ products, folder, encoder: letters, known })).toMatchObject({ encoded: 0 })
    const other = { ...letters, id: 'letters/2' }
    expect(await encodePictures({ products, folder, encoder: other, known })).toMatchObject({ encoded: 1 })
  })

  test('that are damaged on disk are named', () => {
    const place = join(root, 'pictures.ndjson')
    expect(readPictureVectors(place)).toBeNull()
    writeFileSync(place, '{"encoder": "x"}\n{"sku": 1}\n')
    expect(() => readPictureVectors(place)).toThrow(/pictures\.ndjson: is not what `endcap pictures` writes/)
  })
})
