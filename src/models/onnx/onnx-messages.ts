import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'

/**
 * The few messages of ONNX that a forest needs, written as protobuf. Field numbers are those of ONNX's own schema.
 * @source onnx/onnx.proto3, IR version 8
 */
export type Message = (writer: BinaryWriter) => void

export const ELEMENT = { float: 1, int64: 7, double: 11 } as const
const ATTRIBUTE = { int: 2, text: 3, tensor: 4, ints: 7, texts: 8 } as const

const text =
  (field: number, value: string): Message =>
  (writer) => {
    writer.tag(field, WireType.LengthDelimited).string(value)
  }

const integer =
  (field: number, value: number): Message =>
  (writer) => {
    writer.tag(field, WireType.Varint).int64(value)
  }

const packedIntegers =
  (field: number, values: readonly number[]): Message =>
  (writer) => {
    writer.tag(field, WireType.LengthDelimited).fork()
    for (const value of values) writer.int64(value)
    writer.join()
  }

const message =
  (field: number, parts: readonly Message[]): Message =>
  (writer) => {
    writer.tag(field, WireType.LengthDelimited).fork()
    for (const part of parts) part(writer)
    writer.join()
  }

/** Numbers with a shape; elements little endian. */
function tensorParts(name: string, values: Float64Array | BigInt64Array): readonly Message[] {
  const type = values instanceof Float64Array ? ELEMENT.double : ELEMENT.int64
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  return [
    packedIntegers(1, [values.length]),
    integer(2, type),
    text(8, name),
    (writer) => {
      writer.tag(9, WireType.LengthDelimited).bytes(bytes)
    },
  ]
}

export type AttributeValue = number | string | readonly number[] | readonly string[] | Float64Array

/** A named setting of a node. */
function attribute(name: string, value: AttributeValue): Message {
  const parts = [text(1, name)]
  if (typeof value === 'number') parts.push(integer(3, value), integer(20, ATTRIBUTE.int))
  else if (typeof value === 'string') parts.push(text(4, value), integer(20, ATTRIBUTE.text))
  else if (value instanceof Float64Array) {
    parts.push(message(5, tensorParts(name, value)), integer(20, ATTRIBUTE.tensor))
  } else if (value.every((entry) => typeof entry === 'number')) {
    parts.push(packedIntegers(8, value), integer(20, ATTRIBUTE.ints))
  } else {
    parts.push(...value.map((entry) => text(9, String(entry))), integer(20, ATTRIBUTE.texts))
  }
  return message(5, parts)
}

export type OnnxNode = {
  readonly operator: string
  /** '' is ONNX's own. */
  readonly domain: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: Readonly<Record<string, AttributeValue>>
}

const node = ({ operator, domain, inputs, outputs, attributes }: OnnxNode): Message =>
  message(1, [
    ...inputs.map((name) => text(1, name)),
    ...outputs.map((name) => text(2, name)),
    text(4, operator),
    ...Object.entries(attributes).map(([name, value]) => attribute(name, value)),
    text(7, domain),
  ])

/** A float tensor with a name; a dimension that is a text may have any size. */
export type OnnxValue = { readonly name: string; readonly shape: readonly (number | string)[] }

const valueParts = ({ name, shape }: OnnxValue): readonly Message[] => {
  const dimensions = shape.map((size) =>
    message(1, [typeof size === 'number' ? integer(1, size) : text(2, size)]),
  )
  return [text(1, name), message(2, [message(1, [integer(1, ELEMENT.float), message(2, dimensions)])])]
}

export type OnnxModel = {
  readonly name: string
  readonly nodes: readonly OnnxNode[]
  /** Integers that are part of the model, by name. */
  readonly constants: Readonly<Record<string, BigInt64Array>>
  readonly input: OnnxValue
  readonly output: OnnxValue
  /** Versions of the operator sets, by domain. */
  readonly operatorSets: Readonly<Record<string, number>>
  readonly metadata: Readonly<Record<string, string>>
}

const IR_VERSION = 8

export function encodeOnnx({
  name,
  nodes,
  constants,
  input,
  output,
  operatorSets,
  metadata,
}: OnnxModel): Uint8Array {
  const graph = message(7, [
    ...nodes.map(node),
    text(2, name),
    ...Object.entries(constants).map(([constant, values]) => message(5, tensorParts(constant, values))),
    message(11, valueParts(input)),
    message(12, valueParts(output)),
  ])
  const parts = [
    integer(1, IR_VERSION),
    text(2, 'endcap'),
    graph,
    ...Object.entries(operatorSets).map(([domain, version]) =>
      message(8, [text(1, domain), integer(2, version)]),
    ),
    ...Object.entries(metadata).map(([key, value]) => message(14, [text(1, key), text(2, value)])),
  ]
  const writer = new BinaryWriter()
  for (const part of parts) part(writer)
  return writer.finish()
}
