import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { silentLogger } from '../../../core/logger.ts'
import { decisionStoreContract, recordAt } from '../decision-store.contract.ts'
import { openLmdbDecisionStore } from './lmdb-decision-store.ts'

const root = mkdtempSync(join(tmpdir(), 'endcap-decisions-'))
afterAll(() => rmSync(root, { recursive: true }))

decisionStoreContract('the LMDB store', () =>
  openLmdbDecisionStore({ folder: join(root, 'contract'), logger: silentLogger, retentionMs: 86_400_000 }),
)

test('a second writer is refused, a reader beside the writer is not', async () => {
  const folder = join(root, 'shared')
  const logger = silentLogger
  const writer = await openLmdbDecisionStore({ folder, logger })
  await expect(openLmdbDecisionStore({ folder, logger })).rejects.toMatchObject({ code: 'FOLDER_IN_USE' })
  const record = recordAt(1_764_000_000_000)
  writer.put(record)
  await writer.flush()
  const reader = await openLmdbDecisionStore({ folder, logger, readOnly: true })
  expect(reader.get(record.decisionId)).toEqual(record)
  await reader.close()
  await writer.close()
})

test('without decisions there is nothing to read, and that is said', async () => {
  const open = openLmdbDecisionStore({ folder: join(root, 'none'), logger: silentLogger, readOnly: true })
  await expect(open).rejects.toMatchObject({ code: 'DATA_FOLDER' })
})
