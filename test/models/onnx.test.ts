import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { withFolder } from '../../src/cli/bench/measuring.ts'
import { makeRankingData } from '../../src/cli/bench/ranking-data.ts'
import { MlflowServer } from '../../src/cli/python/mlflow-server.ts'
import { PYTHON_SOURCES } from '../../src/cli/python/python-environment.ts'
import { type Random, seededRandom } from '../../src/core/random.ts'
import { mlflowModel } from '../../src/models/onnx/mlflow-model.ts'
import { fitQuantiser, quantise } from '../../src/models/rankers/bins/quantiser.ts'
import { trainForest } from '../../src/models/rankers/boosting/train-forest.ts'
import { randomRanker } from '../../src/models/rankers/random-ranker.ts'
import type { RankerModel } from '../../src/models/rankers/ranker-model.ts'
import { rowScorer } from '../../src/models/rankers/row-scorer.ts'
import { pythonOrSkip } from './python.ts'

type Row = readonly (number | null)[]

const ROWS = 300

/** Rows that meet every edge: values on edges, beside them, far out, and missing. */
function hardRows({ quantiser, featureNames }: RankerModel, random: Random): readonly Row[] {
  const cell = (feature: number): number | null => {
    const own = quantiser.edges.subarray(quantiser.starts[feature], quantiser.starts[feature + 1])
    const kind = random.below(8)
    if (kind === 0) return null
    if (kind === 1 || own.length === 0) return Math.fround(random.next() * 40 - 20)
    const edge = random.pick([...own])
    return kind < 5 ? edge : Math.fround(edge + (kind - 6) * 1e-3)
  }
  return Array.from({ length: ROWS }, () => featureNames.map((_, feature) => cell(feature)))
}

function scoresInNode({ featureNames, quantiser, forest }: RankerModel, rows: readonly Row[]): Float64Array {
  const columns = featureNames.flatMap((_, feature) => rows.map((row) => row[feature] ?? Number.NaN))
  const table = {
    rowCount: rows.length,
    featureCount: featureNames.length,
    values: Float32Array.from(columns),
  }
  return rowScorer(featureNames, quantiser, forest).score(table)
}

/** Scores of trees add up to about 1 here: below a thousandth of that, float32 itself says no more. */
function expectClose(actual: readonly number[], expected: Float64Array): void {
  expect(actual).toHaveLength(expected.length)
  const worst = actual.map((score, row) => {
    const right = expected[row] ?? Number.NaN
    return Math.abs(score - right) / Math.max(Math.abs(right), 1e-3)
  })
  expect(Math.max(...worst)).toBeLessThan(1e-5)
}

function writeModel(folder: string, model: RankerModel): string {
  const target = join(folder, 'model')
  mkdirSync(target)
  for (const [name, bytes] of mlflowModel(model, new Date(0))) writeFileSync(join(target, name), bytes)
  return target
}

function learntRanker(): RankerModel {
  const data = makeRankingData({ rowCount: 4000, featureCount: 9, groupSize: 50 }, 'onnx')
  const quantiser = fitQuantiser(data.features)
  const table = quantise(quantiser, data.features)
  const forest = trainForest({ ...data, table }, { trees: 60 })
  const featureNames = Array.from({ length: 9 }, (_, feature) => `"odd", name: ${feature}`)
  return { featureNames, quantiser, forest }
}

const randomModel = (shape: 'oblivious' | 'perfect') =>
  randomRanker(seededRandom(shape), { shape, depth: 5, featureCount: 7, treeCount: 120 })

test.for([
  ['learnt oblivious trees', learntRanker],
  ['any oblivious trees', () => randomModel('oblivious')],
  ['any perfect trees', () => randomModel('perfect')],
] as const)(
  'under onnxruntime %s give one score a row, as in Node within 1e-5',
  async ([, make], context) => {
    const bin = await pythonOrSkip(context, 'mlflow')
    const model = make()
    const rows = hardRows(model, seededRandom('rows'))
    await withFolder(async (folder) => {
      const script = join(PYTHON_SOURCES, 'onnx_scores.py')
      const file = join(writeModel(folder, model), 'model.onnx')
      const said: { outputs: unknown; shape: unknown; scores: number[] } = JSON.parse(
        execFileSync(join(bin, 'python'), [script, file], { input: JSON.stringify(rows), encoding: 'utf8' }),
      )
      expect(said.outputs).toEqual([['score', ['rows']]])
      expect(said.shape).toEqual([ROWS])
      expectClose(said.scores, scoresInNode(model, rows))
    })
  },
)

test('PyPI MLflow serves the folder: by names, in any order, with nulls, as in Node within 1e-5', async (context) => {
  const bin = await pythonOrSkip(context, 'mlflow')
  const model = learntRanker()
  const rows = hardRows(model, seededRandom('served'))
  const expected = scoresInNode(model, rows)
  await withFolder(async (folder) => {
    using server = await MlflowServer.start(bin, writeModel(folder, model))
    const scoresOf = ({ status, body }: { readonly status: number; readonly body: unknown }) => {
      expect(status).toBe(200)
      const { predictions } = body as { readonly predictions: readonly { readonly score: number }[] }
      return predictions.map(({ score }) => score)
    }
    const columns = model.featureNames
    const split = await server.ask({ dataframe_split: { columns, data: rows } })
    expectClose(scoresOf(split), expected)
    const turned = { columns: columns.toReversed(), data: rows.map((row) => row.toReversed()) }
    expectClose(scoresOf(await server.ask({ dataframe_split: turned })), expected)
    const records = rows.map((row) =>
      Object.fromEntries(row.map((value, feature) => [columns[feature], value])),
    )
    expectClose(scoresOf(await server.ask({ dataframe_records: records })), expected)
    const lists = Object.fromEntries(
      columns.map((name, feature) => [name, rows.map((row) => row[feature] ?? 0)]),
    )
    const filled = rows.map((row) => row.map((value) => value ?? 0))
    expectClose(scoresOf(await server.ask({ inputs: lists })), scoresInNode(model, filled))
    const cut = { columns: columns.slice(1), data: rows.map((row) => row.slice(1)) }
    expect((await server.ask({ dataframe_split: cut })).status).toBe(400)
  })
})
