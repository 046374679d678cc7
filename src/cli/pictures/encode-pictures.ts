import { existsSync, readFileSync } from 'node:fs'
import { resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { RecordValue } from '../../algebra/source.ts'
import { sha256 } from '../../core/hash.ts'
import { counted, type Report } from '../progress.ts'
import type { PictureVector, PictureVectors } from './picture-file.ts'

/** What makes vectors of pictures: the package `vision/`, loaded where it is installed. */
export type Encoder = {
  readonly id: string
  readonly encode: (picture: Uint8Array) => Promise<Float32Array>
}

export type EncodeOptions = {
  /** Winning versions. */
  readonly products: Iterable<RecordValue>
  /** Folder below which `image_url` is looked for; nothing outside it is read. */
  readonly folder: string
  readonly encoder: Encoder
  /** What was made before; pictures that have not changed are not encoded again. */
  readonly known: PictureVectors | null
  readonly report?: Report
}

export type EncodeResult = PictureVectors & {
  readonly encoded: number
  readonly reused: number
  /** Products whose picture gave no vector, by reason. */
  readonly left: Readonly<Record<'none' | 'remote' | 'missing' | 'unreadable', number>>
}

/** Vectors of the pictures of products. A picture that cannot be read is counted and leaves its product without. */
export async function encodePictures(options: EncodeOptions): Promise<EncodeResult> {
  const { products, folder, encoder, report } = options
  const known = options.known?.encoder === encoder.id ? options.known.bySku : new Map<string, PictureVector>()
  const byPicture = new Map([...known.values()].map((made) => [made.picture, made]))
  const bySku = new Map<string, PictureVector>()
  const left = { none: 0, remote: 0, missing: 0, unreadable: 0 }
  let [encoded, reused] = [0, 0]
  for (const { sku, image_url, deleted } of products) {
    if (deleted === true) continue
    const file = pictureFile(image_url, folder)
    if ('reason' in file) {
      left[file.reason] += 1
      continue
    }
    const bytes = readFileSync(file.path)
    const picture = sha256(bytes)
    const before = byPicture.get(picture)
    if (before !== undefined) reused += 1
    const made = before ?? (await vectorOf(encoder, bytes, picture))
    if (made === null) {
      left.unreadable += 1
      continue
    }
    if (before === undefined) encoded += 1
    byPicture.set(picture, made)
    bySku.set(String(sku), made)
    if (bySku.size % 500 === 0) report?.(`${counted(bySku.size)} pictures`)
  }
  return { encoder: encoder.id, bySku, encoded, reused, left }
}

async function vectorOf(encoder: Encoder, bytes: Uint8Array, picture: string): Promise<PictureVector | null> {
  try {
    return { picture, vector: await encoder.encode(bytes) }
  } catch {
    return null
  }
}

type PictureFile = { readonly path: string } | { readonly reason: 'none' | 'remote' | 'missing' }

function pictureFile(url: unknown, folder: string): PictureFile {
  if (typeof url !== 'string' || url === '') return { reason: 'none' }
  if (/^[a-z]+:/i.test(url) && !url.startsWith('file:')) return { reason: 'remote' }
  const path = url.startsWith('file:') ? fileURLToPath(url) : resolve(folder, `./${url}`)
  const isInside = path.startsWith(`${resolve(folder)}${sep}`)
  return isInside && existsSync(path) ? { path } : { reason: 'missing' }
}
