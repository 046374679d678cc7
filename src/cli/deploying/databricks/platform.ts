import type { Platform } from '../platform.ts'
import { databricksDeployment } from './databricks-deployment.ts'
import { databricksChanges } from './deployment-changes.ts'
import { databricksFaults } from './deployment-faults.ts'
import { databricksFiles, readDatabricks } from './files.ts'

/** Nothing of it keeps a job's state: what is deployed before does not matter to what is rendered. */
export const databricksPlatform: Platform = {
  name: 'databricks',
  render: ({ catalog }) => databricksFiles(databricksDeployment(catalog)),
  check: (folder, catalog) => databricksFaults(readDatabricks(folder), catalog),
  changes: (before, after) => databricksChanges(readDatabricks(before), readDatabricks(after)),
}
