import { conditionsOf, type Forest } from '../../models/rankers/forest.ts'

/** A node of XGBoost's JSON dump of a tree. */
export type XgboostNode =
  | { readonly nodeid: number; readonly leaf: number }
  | {
      readonly nodeid: number
      /** `f` and the number of the feature. */
      readonly split: string
      /** A value below it goes to `yes`. */
      readonly split_condition: number
      readonly yes: number
      readonly missing: number
      readonly children: readonly XgboostNode[]
    }

/**
 * Trees that XGBoost has grown on bins as numbers, as a perfect forest over the same bins: a leaf above the full depth
 * stands in all places below it. Its expectations are 0, so it scores but gives no reasons.
 */
export function forestOfXgboost(trees: readonly XgboostNode[], featureCount: number, depth: number): Forest {
  const shape = { shape: 'perfect', depth } as const
  const conditions = conditionsOf(shape)
  const forest: Forest = {
    ...shape,
    featureCount,
    treeCount: trees.length,
    base: 0,
    features: new Int32Array(trees.length * conditions),
    bins: new Uint8Array(trees.length * conditions),
    missingRight: new Uint8Array(trees.length * conditions),
    leaves: new Float32Array(trees.length << depth),
    expectations: new Float32Array(trees.length * ((1 << depth) - 1)),
  }
  for (const [tree, root] of trees.entries()) place(forest, { tree, level: 0, path: 0 }, root)
  return forest
}

type Place = { readonly tree: number; readonly level: number; readonly path: number }

function place(forest: Forest, { tree, level, path }: Place, node: XgboostNode): void {
  if ('leaf' in node) {
    const first = (tree << forest.depth) + (path << (forest.depth - level))
    forest.leaves.fill(node.leaf, first, first + (1 << (forest.depth - level)))
    return
  }
  if (level === forest.depth) throw new Error(`bug: a tree is deeper than ${forest.depth}`)
  const at = tree * conditionsOf(forest) + (1 << level) - 1 + path
  forest.features[at] = Number(node.split.slice(1))
  forest.bins[at] = Math.ceil(node.split_condition) - 1
  forest.missingRight[at] = node.missing === node.yes ? 0 : 1
  for (const child of node.children) {
    const isRight = child.nodeid === node.yes ? 0 : 1
    place(forest, { tree, level: level + 1, path: path * 2 + isRight }, child)
  }
}
