import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { catalog } from '../../../src/catalog/catalog.ts'
import { withFolder } from '../../../src/cli/bench/measuring.ts'
import { databricksWorkspace } from '../../../src/cli/databricks/workspace.ts'
import { databricksDeployment } from '../../../src/cli/deploying/databricks/databricks-deployment.ts'
import { databricksFiles } from '../../../src/cli/deploying/databricks/files.ts'
import { writeFiles } from '../../../src/cli/deploying/rendered-folder.ts'
import { mlflowRegistry } from '../../../src/models/registry/mlflow/mlflow-registry.ts'
import { unityCatalogStore } from '../../../src/models/registry/mlflow/unity-catalog.ts'
import { pythonOrSkip } from '../../models/python.ts'
import { ended } from './ended.ts'
import { FakeWorkspace, TOKEN } from './fake-workspace.ts'
import { packedEndcap } from './packed-endcap.ts'

const ROOT = join(import.meta.dirname, '..', '..', '..')
const MODEL = 'main.models.recommender'

test('the training task registers a model that is current, and leaves a data folder that can be restored', async (context) => {
  const bin = await pythonOrSkip(context, 'databricks')
  const workspace = await FakeWorkspace.start()
  const credentials = { DATABRICKS_HOST: workspace.url, DATABRICKS_TOKEN: TOKEN }
  try {
    await withFolder(async (folder) => {
      const at = (name: string) => join(folder, name)
      const endcap = (...args: readonly string[]) => ended(join(ROOT, 'endcap'), args)
      await endcap(...'generate --products 40 --customers 60 --days 70 --to'.split(' '), at('events'))
      writeFiles(at('rendered'), databricksFiles(databricksDeployment(catalog)))
      mkdirSync(at('package'))
      const said = await ended(
        join(bin, 'python'),
        [
          ...[
            join(import.meta.dirname, 'training_stand_in.py'),
            join(ROOT, 'deploy', 'databricks', 'training'),
          ],
          ...[at('events'), at('volumes')],
          ...['--catalog', 'main', '--deployment', join(at('rendered'), 'deployment.json')],
          ...['--package', await packedEndcap(at('package')), '--model', MODEL],
        ],
        { env: { ...process.env, ...credentials } },
      )
      expect(said).toContain('endcap train')

      const registry = mlflowRegistry(unityCatalogStore(databricksWorkspace(credentials), { name: MODEL }))
      const current = await registry.current()
      expect(current).not.toBeNull()

      const serving = join(at('volumes'), 'main', 'models', 'serving')
      const { backup, files } = JSON.parse(readFileSync(join(serving, 'current.json'), 'utf8'))
      expect(files.length).toBeGreaterThan(3)
      expect(readdirSync(join(serving, 'backups'))).toEqual([backup])
      await endcap('restore', '--from', join(serving, 'backups', backup), '--data-dir', at('shop'))
      const kept = JSON.parse(await endcap('models', 'list', '--data-dir', at('shop'), '--json'))
      expect(JSON.stringify(kept)).toContain(current)
    })
  } finally {
    await workspace.close()
  }
}, 280_000)
