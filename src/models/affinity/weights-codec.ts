import { EndcapError } from '../../core/errors.ts'
import type { AffinityWeights } from './affinity-model.ts'

/**
 * `weights.bin`, little endian throughout: 8 bytes `ENDCAPB1`, uint32 items, uint32 weights, then
 * int32 starts[items + 1], int32 targets[weights], float32 weights[weights]: B by history item, see
 * AffinityWeights. `items.txt`: the sku of item 0, 1, ... each followed by a line feed, UTF-8.
 */
const MAGIC = 'ENDCAPB1'
const HEADER_BYTES = 16

export function encodeWeights({ itemCount, starts, targets, weights }: AffinityWeights): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + 4 * (starts.length + 2 * targets.length))
  bytes.set(new TextEncoder().encode(MAGIC))
  const header = new DataView(bytes.buffer)
  header.setUint32(8, itemCount, true)
  header.setUint32(12, targets.length, true)
  let offset = HEADER_BYTES
  for (const part of [starts, targets, weights]) {
    bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), offset)
    offset += part.byteLength
  }
  return bytes
}

/** @throws EndcapError CORRUPT_ARTEFACT if the bytes are no such file, or name items that there are not */
export function decodeWeights(bytes: Uint8Array, place: string): AffinityWeights {
  const corrupt = (message: string) => new EndcapError('CORRUPT_ARTEFACT', message, { place })
  if (bytes.length < HEADER_BYTES || new TextDecoder().decode(bytes.subarray(0, 8)) !== MAGIC) {
    throw corrupt(`it does not begin with ${MAGIC}`)
  }
  const header = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES)
  const itemCount = header.getUint32(8, true)
  const count = header.getUint32(12, true)
  const expected = HEADER_BYTES + 4 * (itemCount + 1 + 2 * count)
  if (bytes.length !== expected) throw corrupt(`it has ${bytes.length} bytes, not ${expected}`)
  const cells = new Uint8Array(bytes.subarray(HEADER_BYTES)).buffer
  const starts = new Int32Array(cells, 0, itemCount + 1)
  const targets = new Int32Array(cells, 4 * (itemCount + 1), count)
  const weights = new Float32Array(cells, 4 * (itemCount + 1 + count), count)
  if (!isAscending(starts, count)) throw corrupt('its rows are not in order')
  if (targets.some((target) => target < 0 || target >= itemCount)) throw corrupt('it names an unknown item')
  if (!weights.every(Number.isFinite)) throw corrupt('a weight is not finite')
  return { itemCount, starts, targets, weights }
}

function isAscending(starts: Int32Array, end: number): boolean {
  for (let row = 1; row < starts.length; row += 1)
    if ((starts[row] ?? 0) < (starts[row - 1] ?? 0)) return false
  return starts[0] === 0 && starts.at(-1) === end
}

export const encodeItems = (skus: readonly string[]): Uint8Array =>
  new TextEncoder().encode(skus.map((sku) => `${sku}\n`).join(''))

/** @throws EndcapError CORRUPT_ARTEFACT unless there are `itemCount` distinct lines */
export function decodeItems(bytes: Uint8Array, itemCount: number, place: string): string[] {
  const lines = new TextDecoder().decode(bytes).split('\n')
  const skus = lines.slice(0, -1)
  if (lines.at(-1) !== '' || skus.length !== itemCount || new Set(skus).size !== itemCount) {
    throw new EndcapError('CORRUPT_ARTEFACT', `it has not ${itemCount} distinct lines`, { place })
  }
  return skus
}
