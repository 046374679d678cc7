import { LAST_BIN, MISSING_BIN } from '../rankers/bins/bin-table.ts'
import type { Quantiser } from '../rankers/bins/quantiser.ts'
import { conditionAt, conditionsOf, type Forest, nodesOf } from '../rankers/forest.ts'
import type { RankerModel } from '../rankers/ranker-model.ts'
import { encodeOnnx } from './onnx-messages.ts'

/** Name of the one input, float32 [rows, features], and of the one output, float32 [rows]. */
export const ONNX_INPUT = 'features'
export const ONNX_OUTPUT = 'score'

/**
 * The ranker as an ONNX model: one tree ensemble on the features as they are, NaN for missing, so whoever runs it
 * needs no bins. Inside it counts in float64, so its scores are those of Node, rounded to float32.
 */
export function rankerToOnnx({ featureNames, quantiser, forest }: RankerModel): Uint8Array {
  return encodeOnnx({
    name: 'ranker',
    nodes: [
      {
        operator: 'Cast',
        domain: '',
        inputs: [ONNX_INPUT],
        outputs: ['wide'],
        attributes: { to: 11 },
      },
      {
        operator: 'TreeEnsembleRegressor',
        domain: 'ai.onnx.ml',
        inputs: ['wide'],
        outputs: ['column'],
        attributes: treeAttributes(forest, quantiser),
      },
      { operator: 'Reshape', domain: '', inputs: ['column', 'flat'], outputs: [ONNX_OUTPUT], attributes: {} },
    ],
    constants: { flat: BigInt64Array.of(-1n) },
    input: { name: ONNX_INPUT, shape: ['rows', featureNames.length] },
    output: { name: ONNX_OUTPUT, shape: ['rows'] },
    operatorSets: { '': 17, 'ai.onnx.ml': 3 },
    metadata: { features: featureNames.join(',') },
  })
}

type TreeNodes = {
  readonly treeIds: number[]
  readonly nodeIds: number[]
  readonly featureIds: number[]
  readonly modes: string[]
  readonly trueIds: number[]
  readonly falseIds: number[]
  readonly missingToTrue: number[]
  readonly thresholds: number[]
}

/** Every tree written out with one condition a node: nodes by level, then the leaves. */
function treeAttributes(forest: Forest, quantiser: Quantiser) {
  const nodes: TreeNodes = {
    treeIds: [],
    nodeIds: [],
    featureIds: [],
    modes: [],
    trueIds: [],
    falseIds: [],
    missingToTrue: [],
    thresholds: [],
  }
  const leafIds: number[] = []
  const leafTrees: number[] = []
  const inner = nodesOf(forest.depth)
  const leaves = 1 << forest.depth
  for (let tree = 0; tree < forest.treeCount; tree += 1) {
    for (let id = 0; id < inner; id += 1) addCondition(nodes, forest, quantiser, tree, id)
    for (let id = inner; id < inner + leaves; id += 1) {
      addNode(nodes, {
        tree,
        id,
        feature: 0,
        mode: 'LEAF',
        below: 0,
        above: 0,
        missingToTrue: 0,
        threshold: 0,
      })
      leafIds.push(id)
      leafTrees.push(tree)
    }
  }
  return {
    n_targets: 1,
    aggregate_function: 'SUM',
    post_transform: 'NONE',
    base_values_as_tensor: Float64Array.of(forest.base),
    nodes_treeids: nodes.treeIds,
    nodes_nodeids: nodes.nodeIds,
    nodes_featureids: nodes.featureIds,
    nodes_modes: nodes.modes,
    nodes_truenodeids: nodes.trueIds,
    nodes_falsenodeids: nodes.falseIds,
    nodes_missing_value_tracks_true: nodes.missingToTrue,
    nodes_values_as_tensor: Float64Array.from(nodes.thresholds),
    target_treeids: leafTrees,
    target_nodeids: leafIds,
    target_ids: leafIds.map(() => 0),
    target_weights_as_tensor: Float64Array.from(forest.leaves),
  }
}

function addCondition(
  nodes: TreeNodes,
  forest: Forest,
  quantiser: Quantiser,
  tree: number,
  id: number,
): void {
  const level = 31 - Math.clz32(id + 1)
  const path = id + 1 - (1 << level)
  const condition = tree * conditionsOf(forest) + conditionAt(forest.shape, level, path)
  const feature = forest.features[condition] ?? 0
  const bin = forest.bins[condition] ?? 0
  const missingBin = forest.missingRight[condition] === 1 ? LAST_BIN : MISSING_BIN
  addNode(nodes, {
    tree,
    id,
    feature,
    mode: 'BRANCH_LEQ',
    below: 2 * id + 1,
    above: 2 * id + 2,
    missingToTrue: missingBin > bin ? 0 : 1,
    threshold: upperEdge(quantiser, feature, bin),
  })
}

type NodeFields = {
  readonly tree: number
  readonly id: number
  readonly feature: number
  readonly mode: 'BRANCH_LEQ' | 'LEAF'
  readonly below: number
  readonly above: number
  readonly missingToTrue: number
  readonly threshold: number
}

function addNode(nodes: TreeNodes, fields: NodeFields): void {
  nodes.treeIds.push(fields.tree)
  nodes.nodeIds.push(fields.id)
  nodes.featureIds.push(fields.feature)
  nodes.modes.push(fields.mode)
  nodes.trueIds.push(fields.below)
  nodes.falseIds.push(fields.above)
  nodes.missingToTrue.push(fields.missingToTrue)
  nodes.thresholds.push(fields.threshold)
}

/** The greatest value that is not above the bin: none above the missing bin, all above the last. */
function upperEdge({ starts, edges }: Quantiser, feature: number, bin: number): number {
  const [from, to] = [starts[feature] ?? 0, starts[feature + 1] ?? 0]
  if (bin === MISSING_BIN) return Number.NEGATIVE_INFINITY
  return bin > to - from ? Number.POSITIVE_INFINITY : (edges[from + bin - 1] ?? 0)
}
