import { EndcapError } from '../../core/errors.ts'
import { sha256 } from '../../core/hash.ts'
import { BIN_COUNT } from './bins/bin-table.ts'
import { conditionsOf, type Forest, MAX_DEPTH, nodesOf } from './forest.ts'
import type { RankerModel } from './ranker-model.ts'

/**
 * `ranker.bin`, little endian throughout:
 * - 8 bytes `ENDCAPR1`; uint32 bytes of names, features, edges, shape (0 oblivious, 1 perfect), depth, trees;
 *   float32 base
 * - the names of the features, UTF-8, each followed by a line feed, then zeros up to a multiple of 4
 * - int32 starts[features + 1], float32 edges[edges]: see Quantiser
 * - int32 features[trees x conditions], float32 leaves[trees x 2^depth], float32 expectations[trees x (2^depth - 1)],
 *   uint8 bins[trees x conditions], uint8 missingRight[trees x conditions]: see Forest
 * - 32 bytes: SHA-256 of all before
 */
const MAGIC = 'ENDCAPR1'
const HEADER_BYTES = 36
const CHECKSUM_BYTES = 32
const SHAPES = ['oblivious', 'perfect'] as const

export function encodeRanker({ featureNames, quantiser, forest }: RankerModel): Uint8Array {
  const text = new TextEncoder().encode(featureNames.map((name) => `${name}\n`).join(''))
  const names = new Uint8Array((text.length + 3) & ~3)
  names.set(text)
  const header = new DataView(new ArrayBuffer(HEADER_BYTES))
  for (let at = 0; at < MAGIC.length; at += 1) header.setUint8(at, MAGIC.charCodeAt(at))
  const numbers = [text.length, featureNames.length, quantiser.edges.length, SHAPES.indexOf(forest.shape)]
  ;[...numbers, forest.depth, forest.treeCount].forEach((value, index) => {
    header.setUint32(8 + 4 * index, value, true)
  })
  header.setFloat32(32, forest.base, true)
  const { features, leaves, expectations, bins, missingRight } = forest
  const parts = [
    header,
    names,
    quantiser.starts,
    quantiser.edges,
    features,
    leaves,
    expectations,
    bins,
    missingRight,
  ]
  const body = concatenated(parts)
  const checksum = Uint8Array.from(sha256(body).match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
  return concatenated([body, checksum])
}

/** @throws EndcapError CORRUPT_ARTEFACT if the bytes are not what `encodeRanker` writes of a valid model */
export function decodeRanker(bytes: Uint8Array, place: string): RankerModel {
  const corrupt = (message: string) => new EndcapError('CORRUPT_ARTEFACT', message, { place })
  if (bytes.length < HEADER_BYTES + CHECKSUM_BYTES || textOf(bytes.subarray(0, 8)) !== MAGIC) {
    throw corrupt(`it does not begin with ${MAGIC}`)
  }
  const body = bytes.slice(0, -CHECKSUM_BYTES)
  const checksum = Array.from(bytes.subarray(-CHECKSUM_BYTES), (byte) => byte.toString(16).padStart(2, '0'))
  if (sha256(body) !== checksum.join('')) throw corrupt('its checksum does not fit: it was changed or cut')
  const model = readBody(body, corrupt)
  const fault = faultOf(model)
  if (fault !== null) throw corrupt(fault)
  return model
}

type Corrupt = (message: string) => EndcapError

function readBody(body: Uint8Array<ArrayBuffer>, corrupt: Corrupt): RankerModel {
  const header = new DataView(body.buffer, 0, HEADER_BYTES)
  const number = (index: number): number => header.getUint32(8 + 4 * index, true)
  const [nameBytes, featureCount, edgeCount] = [number(0), number(1), number(2)]
  const [shape, depth, treeCount] = [SHAPES[number(3)], number(4), number(5)]
  if (shape === undefined || depth < 1 || depth > MAX_DEPTH) throw corrupt('it has an unknown shape of trees')
  const conditions = treeCount * conditionsOf({ shape, depth })
  const nodes = treeCount * nodesOf(depth)
  const cells = featureCount + 1 + edgeCount + conditions + (treeCount << depth) + nodes
  const namesEnd = HEADER_BYTES + ((nameBytes + 3) & ~3)
  const expected = namesEnd + 4 * cells + 2 * conditions
  if (body.length !== expected) throw corrupt(`it has ${body.length} bytes, not ${expected}`)
  let at = namesEnd
  const take = <T>(
    Kind: new (buffer: ArrayBuffer, offset: number, size: number) => T,
    size: number,
    width: number,
  ): T => {
    const part = new Kind(body.buffer, at, size)
    at += size * width
    return part
  }
  const quantiser = {
    featureCount,
    starts: take(Int32Array, featureCount + 1, 4),
    edges: take(Float32Array, edgeCount, 4),
  }
  const forest: Forest = {
    shape,
    depth,
    featureCount,
    treeCount,
    base: header.getFloat32(32, true),
    features: take(Int32Array, conditions, 4),
    leaves: take(Float32Array, treeCount << depth, 4),
    expectations: take(Float32Array, nodes, 4),
    bins: take(Uint8Array, conditions, 1),
    missingRight: take(Uint8Array, conditions, 1),
  }
  const names = textOf(body.subarray(HEADER_BYTES, HEADER_BYTES + nameBytes)).split('\n')
  if (names.pop() !== '') throw corrupt('its names are cut')
  return { featureNames: names, quantiser, forest }
}

/** What makes a model that could be read useless; null for nothing. */
function faultOf({ featureNames, quantiser: { starts, edges }, forest }: RankerModel): string | null {
  const { featureCount } = forest
  if (featureNames.length !== featureCount || new Set(featureNames).size !== featureCount) {
    return `it has not ${featureCount} distinct names`
  }
  if (starts[0] !== 0 || starts.at(-1) !== edges.length) return 'its edges are not all of a feature'
  for (let feature = 0; feature < featureCount; feature += 1) {
    const [from, to] = [starts[feature] ?? 0, starts[feature + 1] ?? 0]
    if (to < from || to - from > BIN_COUNT - 2) return `feature ${feature} has no possible number of edges`
    const own = edges.subarray(from, to)
    if (!own.every((edge, index) => Number.isFinite(edge) && (index === 0 || edge > (own[index - 1] ?? 0)))) {
      return `the edges of feature ${feature} do not ascend`
    }
  }
  if (!forest.features.every((feature) => feature >= 0 && feature < featureCount))
    return 'it asks an unknown feature'
  if (!forest.bins.every((bin) => bin < BIN_COUNT)) return `it asks for a bin above ${BIN_COUNT - 1}`
  if (!forest.missingRight.every((right) => right <= 1)) return 'it sends missing values to an unknown side'
  const numbers = [[forest.base], forest.leaves, forest.expectations]
  return numbers.every((part) => part.every(Number.isFinite)) ? null : 'a number in it is not finite'
}

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

function concatenated(parts: readonly ArrayBufferView[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0))
  let at = 0
  for (const part of parts) {
    whole.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at)
    at += part.byteLength
  }
  return whole
}
