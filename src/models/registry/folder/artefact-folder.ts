import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { EndcapError } from '../../../core/errors.ts'
import { sha256 } from '../../../core/hash.ts'
import { isId } from '../../../core/ids.ts'
import { decodeItems, decodeWeights, encodeItems, encodeWeights } from '../../affinity/weights-codec.ts'
import { completeManifest, type Manifest, parseManifest, printManifest } from '../../manifest.ts'
import type { ArtefactRegistry, StoredModel, TrainedModel } from '../artefact-registry.ts'

const MANIFEST = 'manifest.json'
const WEIGHTS = 'weights.bin'
const ITEMS = 'items.txt'
const CURRENT = 'current'
const ERASURES = 'erasures'
/** Unfinished folders and files begin so; whoever died while writing leaves nothing that is read. */
const UNFINISHED = '.unfinished-'

/**
 * Models as folders: `<root>/<version>/{manifest.json, weights.bin, items.txt}`, and `<root>/current`, one line
 * with the current version. Both are written aside, flushed and renamed, so a crash leaves the old or the new.
 */
export function artefactFolder(root: string): ArtefactRegistry {
  return {
    publish: (model) => publish(root, model),
    promote: (version) => promote(root, version),
    current: () => current(root),
    load: (version) => load(root, version),
    versions: () => versions(root),
    erasures: () => erasures(root),
    noteErasures: (count) => replaceDurably(root, ERASURES, `${count}\n`),
  }
}

async function publish(root: string, { manifest: draft, skus, weights }: TrainedModel): Promise<Manifest> {
  if (skus.length !== weights.itemCount || draft.item_count !== skus.length) {
    throw new Error(
      `bug: ${skus.length} skus, ${weights.itemCount} items, ${draft.item_count} in the manifest`,
    )
  }
  await requireAfterErasures(root, draft)
  const files = new Map([
    [WEIGHTS, encodeWeights(weights)],
    [ITEMS, encodeItems(skus)],
  ])
  const manifest = completeManifest(
    draft,
    Array.from(files, ([name, bytes]) => ({ name, bytes: bytes.length, sha256: sha256(bytes) })),
  )
  const unfinished = join(root, `${UNFINISHED}${randomUUID()}`)
  try {
    await mkdir(unfinished, { recursive: true })
    for (const [name, bytes] of files) await writeDurably(join(unfinished, name), bytes)
    await writeDurably(join(unfinished, MANIFEST), Buffer.from(printManifest(manifest)))
    await renameUnlessThere(unfinished, join(root, manifest.version))
    await flushFolder(root)
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
  return manifest
}

async function promote(root: string, version: string): Promise<void> {
  const text = isId(version) ? await readIfThere(join(root, version, MANIFEST)) : null
  if (text === null) throw notFound(root, version)
  const place = join(root, version, MANIFEST)
  await requireAfterErasures(root, parseManifest(new TextDecoder().decode(text), place))
  await replaceDurably(root, CURRENT, `${version}\n`)
}

async function erasures(root: string): Promise<number> {
  const bytes = await readIfThere(join(root, ERASURES))
  if (bytes === null) return 0
  const text = new TextDecoder().decode(bytes).trimEnd()
  if (/^[0-9]{1,15}$/.test(text)) return Number(text)
  throw new EndcapError('CORRUPT_ARTEFACT', `'${text}' is no count`, { place: join(root, ERASURES) })
}

async function requireAfterErasures(root: string, manifest: Pick<Manifest, 'erasures'>): Promise<void> {
  const [known, erased] = [manifest.erasures ?? 0, await erasures(root)]
  if (known >= erased) return
  throw new EndcapError('ERASED', `the model knows of ${known} erasures, there were ${erased}`)
}

async function current(root: string): Promise<string | null> {
  const bytes = await readIfThere(join(root, CURRENT))
  if (bytes === null) return null
  const version = new TextDecoder().decode(bytes).trimEnd()
  if (isId(version)) return version
  throw new EndcapError('CORRUPT_ARTEFACT', `'${version}' is no version`, { place: join(root, CURRENT) })
}

async function load(root: string, version: string): Promise<StoredModel> {
  if (!isId(version)) throw notFound(root, version)
  const folder = join(root, version)
  const text = await readIfThere(join(folder, MANIFEST))
  if (text === null) throw notFound(root, version)
  const manifest = parseManifest(new TextDecoder().decode(text), join(folder, MANIFEST))
  if (manifest.version !== version) {
    throw new EndcapError('CORRUPT_ARTEFACT', `it is of version '${manifest.version}'`, { place: folder })
  }
  const weights = decodeWeights(await readChecked(folder, WEIGHTS, manifest), join(folder, WEIGHTS))
  if (weights.itemCount !== manifest.item_count) {
    throw new EndcapError(
      'CORRUPT_ARTEFACT',
      `it has ${weights.itemCount} items, not ${manifest.item_count}`,
      {
        place: join(folder, WEIGHTS),
      },
    )
  }
  const items = await readChecked(folder, ITEMS, manifest)
  return { manifest, weights, skus: decodeItems(items, manifest.item_count, join(folder, ITEMS)) }
}

async function versions(root: string): Promise<string[]> {
  try {
    const entries = await readdir(root, { withFileTypes: true })
    return entries
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith(UNFINISHED))
      .map(({ name }) => name)
      .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10) || (a < b ? -1 : 1))
  } catch (cause) {
    if (isAbsent(cause)) return []
    throw cause
  }
}

async function readChecked(folder: string, name: string, manifest: Manifest): Promise<Uint8Array> {
  const place = join(folder, name)
  const promised = manifest.files.find((file) => file.name === name)
  const bytes = await readIfThere(place)
  if (promised === undefined || bytes === null) {
    throw new EndcapError('CORRUPT_ARTEFACT', 'the file or its entry in the manifest is missing', { place })
  }
  if (bytes.length !== promised.bytes || sha256(bytes) !== promised.sha256) {
    throw new EndcapError('CORRUPT_ARTEFACT', 'the bytes are not those that were written', { place })
  }
  return bytes
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'w')
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function replaceDurably(root: string, name: string, content: string): Promise<void> {
  const unfinished = join(root, `${UNFINISHED}${randomUUID()}`)
  try {
    await mkdir(root, { recursive: true })
    await writeDurably(unfinished, Buffer.from(content))
    await rename(unfinished, join(root, name))
    await flushFolder(root)
  } finally {
    await rm(unfinished, { force: true })
  }
}

/** An equal version that is there already has equal content, so it stays. */
async function renameUnlessThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (cause) {
    if (
      !(cause instanceof Error && 'code' in cause && (cause.code === 'ENOTEMPTY' || cause.code === 'EEXIST'))
    ) {
      throw cause
    }
  }
}

async function flushFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

async function readIfThere(path: string): Promise<Uint8Array | null> {
  try {
    return await readFile(path)
  } catch (cause) {
    if (isAbsent(cause)) return null
    throw cause
  }
}

const isAbsent = (cause: unknown): boolean =>
  cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'

const notFound = (root: string, version: string): EndcapError =>
  new EndcapError('NOT_FOUND', `there is no model '${version}' in ${root}`)
