import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, describe, expect, test } from 'vitest'
import { colourLayout } from './colour-layout.ts'
import { onnxEncoder } from './onnx-encoder.ts'
import type { PictureEncoder } from './picture-encoder.ts'

const folder = mkdtempSync(join(tmpdir(), 'endcap-vision-'))
afterAll(() => rmSync(folder, { recursive: true }))

const square = (background: string, side = 40): Promise<Buffer> =>
  sharp({ create: { width: side, height: side, channels: 3, background } })
    .png()
    .toBuffer()
const cosine = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0)

function contract(name: string, open: () => Promise<PictureEncoder>): void {
  describe(`${name} keeps the contract of a picture encoder`, () => {
    test('equal bytes, equal vector; always as long, of length 1; what is no picture is an error', async () => {
      const { encode } = await open()
      const [red, again, blue] = [await square('#c00'), await square('#c00'), await square('#00c', 90)]
      const vector = await encode(red)
      expect(await encode(again)).toEqual(vector)
      expect(cosine(vector, vector)).toBeCloseTo(1, 5)
      expect((await encode(blue)).length).toBe(vector.length)
      await expect(encode(Buffer.from('no picture'))).rejects.toThrow()
    })

    test('similar colours are nearer than others', async () => {
      const { encode } = await open()
      const [red, crimson, blue] = await Promise.all(
        ['#d01010', '#c02020', '#1010d0'].map(async (colour) => encode(await square(colour))),
      )
      if (red === undefined || crimson === undefined || blue === undefined)
        throw new Error('bug: three pictures')
      expect(cosine(red, crimson)).toBeGreaterThan(cosine(red, blue) + 0.1)
    })
  })
}

contract('colour and layout', async () => colourLayout)

/** Mean of each plane: three numbers that can be worked by hand. Written with PyPI's onnx. */
const MEAN_OF_PLANES = `
import sys
from onnx import TensorProto, checker, helper, save
pixels = helper.make_tensor_value_info('pixels', TensorProto.FLOAT, ['batch', 3, 16, 16])
means = helper.make_tensor_value_info('means', TensorProto.FLOAT, ['batch', 3])
nodes = [helper.make_node('GlobalAveragePool', ['pixels'], ['pooled']), helper.make_node('Flatten', ['pooled'], ['means'])]
model = helper.make_model(helper.make_graph(nodes, 'means', [pixels], [means]), opset_imports=[helper.make_opsetid('', 17)], ir_version=8)
checker.check_model(model)
save(model, sys.argv[1])
`
const python = process.env['ENDCAP_PYTHON'] ?? 'python3'
const hasOnnx = (() => {
  try {
    execFileSync(python, ['-c', 'import onnx'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

describe.skipIf(!hasOnnx)('an ONNX encoder (needs PyPI onnx)', () => {
  const path = join(folder, 'means.onnx')
  const open = () => {
    execFileSync(python, ['-c', MEAN_OF_PLANES, path])
    return onnxEncoder(path)
  }
  contract('an ONNX file', open)

  test('sees pixels normalised as for ImageNet, plane by plane', async () => {
    const { id, encode } = await open()
    expect(id).toMatch(/^onnx\/[0-9a-f]{16}$/)
    const raw = [(1 - 0.485) / 0.229, (0 - 0.456) / 0.224, (0 - 0.406) / 0.225]
    const length = Math.hypot(...raw)
    const vector = await encode(await square('#f00'))
    for (const [plane, value] of raw.entries()) expect(vector[plane]).toBeCloseTo(value / length, 4)
  })

  test('names a file that is no model', async () => {
    writeFileSync(path, 'no model')
    await expect(onnxEncoder(path)).rejects.toThrow(/means\.onnx' is no model that can be run/)
  })
})
