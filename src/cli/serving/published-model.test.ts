import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { silentLogger } from '../../core/logger.ts'
import { seededRandom } from '../../core/random.ts'
import { randomRanker } from '../../models/rankers/random-ranker.ts'
import { rankerFiles } from '../../models/rankers/ranker-artefact.ts'
import { trainedModel } from '../../models/registry/artefact-registry.contract.ts'
import { artefactFolder } from '../../models/registry/folder/artefact-folder.ts'
import { modelDefinitions } from '../../recommend/ranking/model-definitions.ts'
import { catalog } from '../shop.ts'
import { PublishedModel } from './published-model.ts'

const SIZE = { shape: 'oblivious', depth: 2, featureCount: 2, treeCount: 3 } as const
const ranker = { ...randomRanker(seededRandom('published'), SIZE), featureNames: ['popular', 'price'] }

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'endcap-models-'))
})
afterEach(() => rmSync(root, { recursive: true }))

async function published(definitions: Readonly<Record<string, string>>) {
  const registry = artefactFolder(root)
  const { manifest, files } = trainedModel(7)
  const whole = { ...manifest, model: 'two-stage' as const, definitions: { ...definitions } }
  const { version } = await registry.publish({
    manifest: whole,
    files: new Map([...files, ...rankerFiles(ranker)]),
  })
  await registry.promote(version)
  return registry
}

test('a model of the definitions that are here is served with its ranker', async () => {
  const registry = await published(modelDefinitions(catalog, ranker))
  await using model = await PublishedModel.watch(registry, silentLogger)
  expect(model.current()?.ranker?.featureNames).toEqual(['popular', 'price'])
})

test('a model that was trained on another column, view or source is refused, saying which and what to do', async () => {
  const here = modelDefinitions(catalog, ranker)
  for (const name of ['column price', 'view shopper_product', 'sources', 'pairs sequence_succession']) {
    const registry = await published({ ...here, [name]: '00000000' })
    await expect(PublishedModel.watch(registry, silentLogger)).rejects.toMatchObject({
      code: 'INCOMPATIBLE_ARTEFACT',
      message: expect.stringContaining(name),
    })
  }
})
