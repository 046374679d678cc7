import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fixedClock } from '../../core/clock.ts'
import { silentLogger } from '../../core/logger.ts'
import type { Imported } from '../../datagen/importers/import-format.ts'
import { DEMO_SIZE } from '../../datagen/synthetic-shop/shop-options.ts'
import { syntheticShop } from '../../datagen/synthetic-shop/synthetic-shop.ts'
import { affinityOf } from '../../models/affinity/affinity-artefact.ts'
import { affinityModel } from '../../models/affinity/affinity-model.ts'
import { trainedModel } from '../../models/registry/artefact-registry.contract.ts'
import { artefactFolder } from '../../models/registry/folder/artefact-folder.ts'
import { GATES } from '../../models/registry/gates.ts'
import { shopFolders } from '../embedded-shop.ts'
import { importData } from '../importing/import-data.ts'
import { train } from './train.ts'

const END = Date.UTC(2026, 0, 1)
const options = { logger: silentLogger, clock: fixedClock(END) }
const shop = syntheticShop({ ...DEMO_SIZE, endAt: END })

describe('training on a shop whose truth is known', () => {
  let dataDir = ''
  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'endcap-train-'))
    const imported = [...shop.events()].map(
      ({ topic, value }): Imported => ({ kind: 'event', topic, value: { ...value } }),
    )
    await importData({ dataDir, imported, ...options })
  })
  afterAll(() => rmSync(dataDir, { recursive: true }))

  test('finds the planted bundles, beats what everybody buys, and becomes the current model', async () => {
    const { manifest } = await train({ dataDir, ...options })
    const { metrics } = manifest
    expect(metrics['recall@10']).toBeGreaterThan(2 * (metrics['popular_recall@10'] ?? 1))
    const isTwoStage = manifest.files.some(({ name }) => name === 'ranker.bin')
    expect(manifest.model).toBe(isTwoStage ? 'two-stage' : 'affinity')
    expect(manifest.seeds).toEqual(isTwoStage ? { ranker: 1 } : {})
    const registry = artefactFolder(shopFolders(dataDir).models)
    expect(await registry.current()).toBe(manifest.version)
    const { skus, weights } = affinityOf(await registry.load(manifest.version))
    const model = affinityModel(weights)
    const found = shop.truth.bundles.filter(({ trigger, companion }) =>
      model.similar(skus.indexOf(trigger), 3).some(({ item }) => skus[item] === companion),
    )
    // Of 200 products the companion is among the first 3 for most triggers; by chance it would be for none.
    expect(found.length).toBeGreaterThan(0.7 * shop.truth.bundles.length)
  }, 120_000)

  test('the same position gives the same bytes, whatever adds up the pairs', async () => {
    const files = (version: string) =>
      ['weights.bin', 'items.txt', 'ranker.bin'].map((name) =>
        readFileSync(join(shopFolders(dataDir).models, version, name)),
      )
    const first = await train({ dataDir, ...options })
    const bytes = files(first.manifest.version)
    rmSync(shopFolders(dataDir).models, { recursive: true })
    rmSync(shopFolders(dataDir).lake, { recursive: true })
    const again = await train({ dataDir, ...options, clock: fixedClock(END + 1), sums: 'sql' })
    expect(again.manifest.version).toBe(first.manifest.version)
    expect(files(again.manifest.version)).toEqual(bytes)
  }, 120_000)

  test('does not replace a model that was far better, unless it is told to', async () => {
    const registry = artefactFolder(shopFolders(dataDir).models)
    const { manifest, files } = trainedModel(1)
    const metrics = { evaluated_users: 500, 'ndcg@10': 1, 'popular_ndcg@10': 0.1 }
    const better = await registry.publish({ files, manifest: { ...manifest, metrics } })
    await registry.promote(better.version)
    const refused = await train({ dataDir, ...options, ranker: 'none' })
    expect(refused.manifest.metrics['evaluated_users']).toBeGreaterThan(GATES.leastUsers)
    expect(refused.promoted).toBe(false)
    expect(refused.verdict.refusals).toEqual([
      expect.stringContaining(`that of the current model ${better.version}`),
    ])
    expect(await registry.current()).toBe(better.version)
    const forced = await train({ dataDir, ...options, ranker: 'none', promotion: 'always' })
    expect(forced.promoted).toBe(true)
    expect(await registry.current()).toBe(forced.manifest.version)
  })

  test('until an earlier position it learns from less; beyond the log it says so', async () => {
    const alone = { ...options, ranker: 'none' } as const
    const { manifest, events } = await train({ dataDir, ...alone })
    const earlier = await train({ dataDir, ...alone, until: 10_000 })
    expect(earlier.manifest.log_position).toBe(10_000)
    expect(earlier.events).toBeLessThan(events)
    const none = await train({ dataDir, ...options, until: 0 })
    expect([none.events, none.manifest.item_count, none.manifest.metrics]).toEqual([
      0,
      0,
      { evaluated_users: 0 },
    ])
    await expect(train({ dataDir, until: manifest.log_position + 1 })).rejects.toMatchObject({
      code: 'USAGE',
    })
  })

  test('nobody who has not agreed is learnt from; what products say of themselves remains', async () => {
    const silent = join(dataDir, 'silent')
    const nobody = { personalisation: true, demographics: true, training: false }
    const imported = [...shop.events()].map(
      ({ topic, value }): Imported => ({
        kind: 'event',
        topic,
        value: topic === 'customers' ? { ...value, consent: nobody } : { ...value },
      }),
    )
    await importData({ dataDir: silent, imported, ...options })
    const { shoppers, events, manifest } = await train({ dataDir: silent, ...options })
    expect([shoppers, events, manifest.item_count]).toEqual([0, 0, 200])
  })
})
