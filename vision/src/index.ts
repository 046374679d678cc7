export { colourLayout } from './colour-layout.ts'
export { onnxEncoder } from './onnx-encoder.ts'
export type { PictureEncoder } from './picture-encoder.ts'
