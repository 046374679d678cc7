import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RankingRows } from '../../models/rankers/boosting/ranking-rows.ts'
import type { Forest } from '../../models/rankers/forest.ts'
import { PYTHON_SOURCES } from '../python/python-environment.ts'
import { runCommand } from '../stack/command.ts'
import { withFolder } from './measuring.ts'
import { forestOfXgboost } from './xgboost-trees.ts'

/** XGBoost's rank:pairwise as it stands in ALGORITHMS, section 3: depth 6, 200 trees. */
export const XGBOOST_SETTINGS = {
  objective: 'rank:pairwise',
  lambdarank_pair_method: 'mean',
  lambdarank_num_pair_per_sample: 4,
  eta: 0.1,
  max_depth: 6,
  subsample: 0.8,
  min_child_weight: 5,
  tree_method: 'hist',
  max_bin: 128,
  seed: 1,
} as const

/** Trains XGBoost on the very rows, and gives its trees as a forest over the same bins. */
export async function trainXgboost(
  bin: string,
  { table, groups, labels }: RankingRows,
  { trees, threads }: { readonly trees: number; readonly threads: number },
): Promise<Forest> {
  return withFolder(async (folder) => {
    const columns = new Float32Array(table.rowCount * table.featureCount)
    for (let feature = 0; feature < table.featureCount; feature += 1) {
      const start = feature * table.stride
      columns.set(table.bins.subarray(start, start + table.rowCount), feature * table.rowCount)
    }
    writeFileSync(join(folder, 'train.x.f32'), columns)
    writeFileSync(join(folder, 'train.y.f32'), labels)
    writeFileSync(
      join(folder, 'train.groups.i32'),
      groups.subarray(1).map((end, group) => end - (groups[group] ?? 0)),
    )
    writeFileSync(
      join(folder, 'settings.json'),
      JSON.stringify({ settings: { ...XGBOOST_SETTINGS, nthread: threads }, trees }),
    )
    const script = join(PYTHON_SOURCES, 'xgboost_side.py')
    await runCommand({
      program: join(bin, 'python'),
      args: [script, folder, String(table.featureCount)],
      timeoutMs: 3_600_000,
    })
    const { trees: grown } = JSON.parse(readFileSync(join(folder, 'trees.json'), 'utf8'))
    return forestOfXgboost(grown, table.featureCount, XGBOOST_SETTINGS.max_depth)
  })
}
