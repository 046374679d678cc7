import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { EndcapError } from '../../core/errors.ts'

/** The vector of one product's picture. */
export type PictureVector = {
  /** SHA-256 of the picture's bytes, hex: an equal picture has an equal vector. */
  readonly picture: string
  readonly vector: Float32Array
}

/** What was made of the pictures of a shop by one encoder. */
export type PictureVectors = {
  /** Names the encoder; vectors of another one are not compared with these. */
  readonly encoder: string
  readonly bySku: ReadonlyMap<string, PictureVector>
}

/**
 * Reads `pictures.ndjson`: a line with the encoder, then a line a product with sku, picture and the vector as base64
 * of little-endian float32. Null if there is none.
 * @throws EndcapError CORRUPT if it is something else
 */
export function readPictureVectors(place: string): PictureVectors | null {
  if (!existsSync(place)) return null
  const [head = '', ...lines] = readFileSync(place, 'utf8').split('\n')
  try {
    const { encoder }: { encoder: unknown } = JSON.parse(head)
    if (typeof encoder !== 'string') throw new Error('the first line names no encoder')
    const rows = lines.filter((line) => line !== '').map(parseRow)
    return { encoder, bySku: new Map(rows) }
  } catch (cause) {
    throw new EndcapError('CORRUPT', 'is not what `endcap pictures` writes', {
      place,
      cause,
      remedy: 'Delete the file and run `endcap pictures` again.',
    })
  }
}

function parseRow(line: string): [string, PictureVector] {
  const { sku, picture, vector }: { sku: unknown; picture: unknown; vector: unknown } = JSON.parse(line)
  if (typeof sku !== 'string' || typeof picture !== 'string' || typeof vector !== 'string') {
    throw new Error(`no vector of a picture: ${line.slice(0, 80)}`)
  }
  const bytes = new Uint8Array(Buffer.from(vector, 'base64'))
  return [sku, { picture, vector: new Float32Array(bytes.buffer) }]
}

/** Puts it in place of what was there, in one step. */
export function writePictureVectors(place: string, { encoder, bySku }: PictureVectors): void {
  const rows = [...bySku]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([sku, { picture, vector }]) => {
      const bytes = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength)
      return JSON.stringify({ sku, picture, vector: bytes.toString('base64') })
    })
  const unfinished = `${place}.${process.pid}`
  writeFileSync(unfinished, `${[JSON.stringify({ encoder }), ...rows].join('\n')}\n`)
  renameSync(unfinished, place)
}
