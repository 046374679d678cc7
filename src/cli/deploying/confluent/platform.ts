import type { Platform } from '../platform.ts'
import { confluentDeployment } from './confluent-deployment.ts'
import { deploymentChanges } from './deployment-changes.ts'
import { deploymentFaults } from './deployment-faults.ts'
import { confluentFiles, readConfluent } from './files.ts'

export const confluentPlatform: Platform = {
  name: 'confluent',
  render: ({ catalog, before, allowed, partitions, datagenFrom }) =>
    confluentFiles(
      confluentDeployment(catalog, {
        partitions,
        retired: allowed,
        ...(before === null ? {} : { before: readConfluent(before) }),
        ...(datagenFrom === undefined ? {} : { datagenFrom }),
      }),
    ),
  check: (folder, catalog) => deploymentFaults(readConfluent(folder), catalog),
  changes: (before, after) => deploymentChanges(readConfluent(before), readConfluent(after)),
}
