import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { EndcapError } from '../../../core/errors.ts'
import { sha256 } from '../../../core/hash.ts'
import { isId } from '../../../core/ids.ts'
import { completeManifest, type Manifest, parseManifest, printManifest } from '../../manifest.ts'
import type { Artefact, ArtefactRegistry, StoredArtefact } from '../artefact-registry.ts'

const MANIFEST = 'manifest.json'
const CURRENT = 'current'
const PROMOTIONS = 'promotions'
const ERASURES = 'erasures'
/** Unfinished folders and files begin so; whoever died while writing leaves nothing that is read. */
const UNFINISHED = '.unfinished-'

/**
 * Models as folders: `<root>/<version>/` with `manifest.json` and the files that it names, `<root>/current`, one line
 * with the current version, and `<root>/promotions`, one line for each that was. All are written aside, flushed and renamed, so a crash leaves the old or the new.
 */
export function artefactFolder(root: string): ArtefactRegistry {
  return {
    publish: (model) => publish(root, model),
    promote: (version) => promote(root, version),
    current: () => current(root),
    promotions: () => promotions(root),
    manifest: (version) => manifestOf(root, version),
    load: (version) => load(root, version),
    versions: () => versions(root),
    erasures: () => erasures(root),
    noteErasures: (count) => replaceDurably(root, ERASURES, `${count}\n`),
  }
}

async function publish(root: string, { manifest: draft, files }: Artefact): Promise<Manifest> {
  await requireAfterErasures(root, draft)
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
  await requireAfterErasures(root, await manifestOf(root, version))
  const before = await promotions(root)
  // The history first: whoever dies in between has a version in it that was not current for a moment.
  if (before.at(-1) !== version) {
    await replaceDurably(root, PROMOTIONS, [...before, version].map((line) => `${line}\n`).join(''))
  }
  await replaceDurably(root, CURRENT, `${version}\n`)
}

async function promotions(root: string): Promise<string[]> {
  const bytes = await readIfThere(join(root, PROMOTIONS))
  if (bytes !== null) return new TextDecoder().decode(bytes).split('\n').filter(isId)
  const version = await current(root)
  return version === null ? [] : [version]
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

async function load(root: string, version: string): Promise<StoredArtefact> {
  const manifest = await manifestOf(root, version)
  const place = join(root, version)
  if (manifest.version !== version) {
    throw new EndcapError('CORRUPT_ARTEFACT', `it is of version '${manifest.version}'`, { place })
  }
  const files = new Map<string, Uint8Array>()
  for (const file of manifest.files) files.set(file.name, await readChecked(place, file))
  return { manifest, files, place }
}

async function manifestOf(root: string, version: string): Promise<Manifest> {
  const place = join(root, version, MANIFEST)
  const text = isId(version) ? await readIfThere(place) : null
  if (text === null) throw notFound(root, version)
  return parseManifest(new TextDecoder().decode(text), place)
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

async function readChecked(folder: string, promised: Manifest['files'][number]): Promise<Uint8Array> {
  const place = join(folder, promised.name)
  const bytes = await readIfThere(place)
  if (bytes === null) throw new EndcapError('CORRUPT_ARTEFACT', 'the file is missing', { place })
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
