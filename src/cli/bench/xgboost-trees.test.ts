import { expect, test } from 'vitest'
import { plainScore } from '../../models/rankers/plain-score.ts'
import { forestOfXgboost, type XgboostNode } from './xgboost-trees.ts'

test('a tree by hand: below the condition is left, missing goes where it says, early leaves fill their places', () => {
  const tree: XgboostNode = {
    nodeid: 0,
    split: 'f1',
    split_condition: 3,
    yes: 1,
    missing: 2,
    children: [
      { nodeid: 1, leaf: -1 },
      {
        nodeid: 2,
        split: 'f0',
        split_condition: 4.5,
        yes: 3,
        missing: 3,
        children: [
          { nodeid: 3, leaf: 0.5 },
          { nodeid: 4, leaf: 2 },
        ],
      },
    ],
  }
  const forest = forestOfXgboost([tree], 2, 2)
  // rows: (1, 2) left; (4, 3) right then left; (5, 3) right, right; (missing, missing) right by default, then left
  const table = {
    rowCount: 4,
    featureCount: 2,
    stride: 4,
    bins: Uint8Array.of(1, 4, 5, 0, 2, 3, 3, 0),
  }
  expect([0, 1, 2, 3].map((row) => plainScore(forest, table, row))).toEqual([-1, 0.5, 2, 0.5])
})
