/** Makes vectors of pictures. */
export type PictureEncoder = {
  /** Names what is computed: vectors of one id can be compared, of two never. */
  readonly id: string
  /**
   * @param picture the bytes of a PNG, JPEG, WebP, AVIF, GIF or SVG
   * @returns of Euclidean length 1, always as long
   * @throws Error if the bytes are no picture
   */
  readonly encode: (picture: Uint8Array) => Promise<Float32Array>
}

/** Divided by its Euclidean length; zeros stay zeros. */
export function unit(values: ArrayLike<number>): Float32Array {
  let squares = 0
  for (let index = 0; index < values.length; index += 1) squares += (values[index] ?? 0) ** 2
  const length = Math.sqrt(squares)
  return Float32Array.from(values, (value) => (length === 0 ? 0 : value / length))
}
