import { describe, expect, test } from 'vitest'
import { affinityFiles } from '../affinity/affinity-artefact.ts'
import type { Artefact, ArtefactRegistry } from './artefact-registry.ts'

/** A small model; `logPosition` tells versions apart. */
export const trainedModel = (logPosition: number): Artefact => ({
  manifest: {
    model: 'affinity',
    definitions: { 'pairs succession': '0123abcd' },
    log_position: logPosition,
    content_snapshot: null,
    trained_at: 1_764_000_000_000,
    item_count: 3,
    settings: { ridge: 150 },
    metrics: { 'recall@10': 0.12 },
    seeds: {},
  },
  files: affinityFiles({
    skus: ['mug', 'tea', 'pot'],
    weights: {
      itemCount: 3,
      starts: Int32Array.of(0, 1, 3, 3),
      targets: Int32Array.of(2, 0, 2),
      weights: Float32Array.of(0.5, 1, 0.25),
    },
  }),
})

const inHex = (files: Artefact['files']) =>
  Array.from(files, ([name, bytes]) => [name, Buffer.from(bytes).toString('hex')])

/** What every registry promises. `create` gives an empty one. */
export function artefactRegistryContract(name: string, create: () => ArtefactRegistry): void {
  describe(`${name} keeps the contract of an artefact registry`, () => {
    test('is empty at first, and nothing is current', async () => {
      const registry = create()
      expect(await registry.current()).toBeNull()
      expect(await registry.versions()).toEqual([])
      expect(await registry.promotions()).toEqual([])
      await expect(registry.load('1-00000000')).rejects.toMatchObject({ code: 'NOT_FOUND' })
      await expect(registry.promote('1-00000000')).rejects.toMatchObject({ code: 'NOT_FOUND' })
      await expect(registry.load('../1')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    })

    test('gives back what was published, and only promotion makes it current', async () => {
      const registry = create()
      const manifest = await registry.publish(trainedModel(7))
      expect(await registry.current()).toBeNull()
      await registry.promote(manifest.version)
      expect(await registry.current()).toBe(manifest.version)
      const stored = await registry.load(manifest.version)
      expect(stored.manifest).toEqual(manifest)
      expect(inHex(stored.files)).toEqual(inHex(trainedModel(7).files))
      expect(await registry.manifest(manifest.version)).toEqual(manifest)
    })

    test('the same model gets the same version whenever it was trained, another one another', async () => {
      const registry = create()
      const first = await registry.publish(trainedModel(7))
      const { manifest, files } = trainedModel(7)
      const again = await registry.publish({ files, manifest: { ...manifest, trained_at: 5 } })
      expect(again.version).toBe(first.version)
      const others = await Promise.all([
        registry.publish(trainedModel(10)),
        registry.publish({ manifest, files: new Map([...files, ['items.txt', Buffer.from('other\n')]]) }),
      ])
      expect(new Set([first.version, ...others.map(({ version }) => version)]).size).toBe(3)
      expect((await registry.versions()).at(-1)).toBe(others[0]?.version)
      expect(inHex((await registry.load(first.version)).files)).toEqual(inHex(files))
    })

    test('promotion goes back and forth', async () => {
      const registry = create()
      const [old, young] = [await registry.publish(trainedModel(1)), await registry.publish(trainedModel(2))]
      for (const { version } of [old, young, old]) {
        await registry.promote(version)
        expect(await registry.current()).toBe(version)
        await registry.promote(version)
      }
      expect(await registry.promotions()).toEqual([old, young, old].map(({ version }) => version))
    })

    test('once somebody was erased, only models that know of it are stored and become current', async () => {
      const registry = create()
      const old = await registry.publish(trainedModel(1))
      expect(await registry.erasures()).toBe(0)
      await registry.noteErasures(1)
      expect(await registry.erasures()).toBe(1)
      await expect(registry.promote(old.version)).rejects.toMatchObject({ code: 'ERASED' })
      await expect(registry.publish(trainedModel(2))).rejects.toMatchObject({ code: 'ERASED' })
      const { manifest, ...rest } = trainedModel(2)
      const learnt = await registry.publish({ ...rest, manifest: { ...manifest, erasures: 1 } })
      await registry.promote(learnt.version)
      expect(await registry.current()).toBe(learnt.version)
    })
  })
}
