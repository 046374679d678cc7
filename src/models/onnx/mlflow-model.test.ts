import { BinaryReader } from '@bufbuild/protobuf/wire'
import { expect, test } from 'vitest'
import { seededRandom } from '../../core/random.ts'
import { randomRanker } from '../rankers/random-ranker.ts'
import { mlflowModel } from './mlflow-model.ts'

const SIZE = { shape: 'oblivious', depth: 2, featureCount: 3, treeCount: 4 } as const
const model = randomRanker(seededRandom('mlflow'), SIZE)
const files = mlflowModel(model, new Date('2026-11-25T01:02:03.004Z'))
const textOf = (name: string) => new TextDecoder().decode(files.get(name))

/** The parts of a message with this field number. */
function fieldsOf(bytes: Uint8Array, wanted: number): readonly Uint8Array[] {
  const reader = new BinaryReader(bytes)
  const found: Uint8Array[] = []
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag()
    if (field === wanted) found.push(reader.bytes())
    else reader.skip(type, field)
  }
  return found
}

const only = (parts: readonly Uint8Array[]): Uint8Array => {
  const [first, ...others] = parts
  if (first === undefined || others.length > 0) throw new Error(`${parts.length} parts, not 1`)
  return first
}

test('the model has one input and one output, which is a list with a number a row', () => {
  const graph = only(fieldsOf(files.get('model.onnx') ?? new Uint8Array(), 7))
  const output = only(fieldsOf(graph, 12))
  expect(new TextDecoder().decode(only(fieldsOf(output, 1)))).toBe('score')
  const tensor = only(fieldsOf(only(fieldsOf(output, 2)), 1))
  expect(fieldsOf(only(fieldsOf(tensor, 2)), 1)).toHaveLength(1)
  expect(new TextDecoder().decode(only(fieldsOf(only(fieldsOf(graph, 11)), 1)))).toBe('features')
})

test('the signature names the features in their order', () => {
  const line = textOf('MLmodel')
    .split('\n')
    .find((text) => text.startsWith('signature: '))
  const signature: { readonly inputs: string } = JSON.parse(line?.slice('signature: '.length) ?? '')
  expect(JSON.parse(signature.inputs)).toEqual(
    model.featureNames.map((name) => ({ type: 'float', name, required: true })),
  )
  expect(textOf('MLmodel')).toContain('utc_time_created: "2026-11-25 01:02:03.004"')
})

test('the same model gives the same bytes', () => {
  expect(mlflowModel(model, new Date('2026-11-25T01:02:03.004Z'))).toEqual(files)
})
