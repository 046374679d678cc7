import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import sharp from 'sharp'
import { type PictureEncoder, unit } from './picture-encoder.ts'

/** Mean and deviation of red, green and blue, as encoders trained on ImageNet expect them. @source torchvision, transforms */
const MEAN = [0.485, 0.456, 0.406] as const
const DEVIATION = [0.229, 0.224, 0.225] as const
/** Side for models that take any size. */
const DEFAULT_SIDE = 224

/**
 * An encoder from an ONNX file: one input of `batch x 3 x height x width` float32, and a first output that is a vector.
 * @throws Error naming the file if it cannot be loaded or has another input
 */
export async function onnxEncoder(path: string): Promise<PictureEncoder> {
  const bytes = await readFile(path)
  const session = await InferenceSession.create(bytes).catch((cause: unknown) => {
    throw new Error(`'${path}' is no model that can be run`, { cause })
  })
  const [input] = session.inputMetadata
  const [output] = session.outputNames
  if (
    session.inputNames.length !== 1 ||
    input?.isTensor !== true ||
    input.type !== 'float32' ||
    input.shape.length !== 4
  ) {
    throw new Error(`'${path}' has no single input of batch x 3 x height x width float32`)
  }
  if (output === undefined) throw new Error(`'${path}' has no output`)
  const [height, width] = [sideOf(input.shape[2]), sideOf(input.shape[3])]
  return {
    id: `onnx/${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}`,
    encode: async (picture) => {
      const pixels = await sharp(picture)
        .flatten({ background: '#fff' })
        .toColourspace('srgb')
        .resize(width, height, { fit: 'cover' })
        .removeAlpha()
        .raw()
        .toBuffer()
      const image = new Tensor('float32', planes(pixels), [1, 3, height, width])
      const { [output]: vector } = await session.run({ [input.name]: image })
      if (!(vector?.data instanceof Float32Array)) throw new Error(`'${path}' gives no vector of float32`)
      return unit(vector.data)
    },
  }
}

const sideOf = (dimension: number | string | undefined): number =>
  typeof dimension === 'number' && dimension > 0 ? dimension : DEFAULT_SIDE

/** Pixel by pixel becomes plane by plane, normalised. */
function planes(pixels: Uint8Array): Float32Array {
  const size = pixels.length / 3
  const values = new Float32Array(pixels.length)
  for (let pixel = 0; pixel < size; pixel += 1) {
    for (const [plane, mean] of MEAN.entries()) {
      const value = (pixels[3 * pixel + plane] ?? 0) / 255
      values[plane * size + pixel] = (value - mean) / (DEVIATION[plane] ?? 1)
    }
  }
  return values
}
