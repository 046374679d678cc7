import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { FakeWorkspace, TOKEN } from '../../../test/cloud/databricks/fake-workspace.ts'
import { trainedModel } from '../../models/registry/artefact-registry.contract.ts'
import { artefactFolder } from '../../models/registry/folder/artefact-folder.ts'
import { shopFolders } from '../embedded-shop.ts'
import { sharedRegistry } from './registry-options.ts'
import { sharing } from './share-trained.ts'

const named = { registry: 'databricks-uc', model: 'main.shop.trained' } as const

describe('a model that was trained', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'endcap-share-'))
  const folder = artefactFolder(shopFolders(dataDir).models)
  let workspace: FakeWorkspace
  beforeAll(async () => {
    workspace = await FakeWorkspace.start()
    vi.stubEnv('DATABRICKS_HOST', workspace.url)
    vi.stubEnv('DATABRICKS_TOKEN', TOKEN)
  })
  afterAll(async () => {
    vi.unstubAllEnvs()
    await workspace.close()
    rmSync(dataDir, { recursive: true })
  })

  /** As training gives it, with this quality. */
  async function trained(position: number, ndcg: number, erasures = 0) {
    const { manifest, files } = trainedModel(position)
    const metrics = { evaluated_users: 500, 'ndcg@10': ndcg, 'popular_ndcg@10': 0.1 }
    const known = erasures === 0 ? {} : { erasures }
    const stored = await folder.publish({ files, manifest: { ...manifest, ...known, metrics } })
    const verdict = { judged: true, refusals: [] }
    return { manifest: stored, verdict, promoted: ndcg >= 0.1, shoppers: 1, events: 1 }
  }
  const share = sharing.bind(null, { ...named, dataDir, gates: true })

  test('is handed on and becomes current, one that either’s gates refuse is stored alone', async () => {
    const good = await trained(1, 0.3)
    expect(await share()(good)).toEqual({ promoted: true, refusals: [] })
    const worse = await trained(2, 0.15)
    expect(await share()(worse)).toMatchObject({
      promoted: false,
      refusals: [expect.stringContaining('0.15')],
    })
    const bad = await trained(3, 0.05)
    expect(await share()(bad)).toEqual({ promoted: false, refusals: [] })
    const registry = sharedRegistry(named)
    expect(await registry.current()).toBe(good.manifest.version)
    expect(await registry.versions()).toEqual([good, worse, bad].map(({ manifest }) => manifest.version))
    const anyhow = sharing({ ...named, dataDir, gates: false })
    expect(await anyhow(worse)).toEqual({ promoted: true, refusals: [] })
    expect(await registry.current()).toBe(worse.manifest.version)
  })

  test('after an erasure takes the place of those from before for good', async () => {
    const before = await trained(4, 0.3)
    await folder.noteErasures(1)
    const after = await trained(5, 0.3, 1)
    expect(await share()(after)).toMatchObject({ promoted: true })
    const registry = sharedRegistry(named)
    expect(await registry.erasures()).toBe(1)
    await expect(share()(before)).rejects.toMatchObject({ code: 'ERASED' })
    const [oldest = ''] = await registry.promotions()
    await expect(registry.promote(oldest)).rejects.toMatchObject({ code: 'ERASED' })
  })

  test('goes nowhere if no registry is named; one that is named by halves is refused before anything is learnt', async () => {
    expect(await sharing({ dataDir, gates: true })(await trained(6, 0.3, 1))).toBeNull()
    expect(() => sharing({ registry: 'databricks-uc', dataDir, gates: true })).toThrow(/needs --model/)
  })
})
