import { EndcapError } from '../../../core/errors.ts'
import { sha256 } from '../../../core/hash.ts'
import { isId } from '../../../core/ids.ts'
import { completeManifest, type Manifest, parseManifest } from '../../manifest.ts'
import type { Artefact, ArtefactRegistry, StoredArtefact } from '../artefact-registry.ts'
import { runFigures } from './run-figures.ts'
import { FILES_FOLDER, MANIFEST, versionFiles } from './version-files.ts'
import type { StoredVersion, VersionStore } from './version-store.ts'

/** The alias of the version that is current; MLflow's own word for it. */
export const CURRENT_ALIAS = 'champion'
/** Tags without dots, which Unity Catalog does not allow in their names. */
const VERSION_TAG = 'endcap_version'
const PROMOTIONS_TAG = 'endcap_promotions'
const ERASURES_TAG = 'endcap_erasures'
/** Unity Catalog takes values up to this length. */
const MAX_TAG = 256

/**
 * Models as versions of one registered model in MLflow or Unity Catalog. What is current is an alias, so promotion is one
 * step; which number in the sequence of promotions a version has had is a tag of it, how often somebody was erased a tag of
 * the model. One process promotes at a time.
 */
export function mlflowRegistry(store: VersionStore): ArtefactRegistry {
  return {
    publish: (model) => publish(store, model),
    promote: (version) => promote(store, version),
    current: () => current(store),
    promotions: async () => (await promotions(store)).map(({ name }) => name),
    manifest: async (version) => manifestOf(store, await found(store, version)),
    load: (version) => load(store, version),
    versions: () => versions(store),
    erasures: () => erasures(store),
    noteErasures: (count) => store.setModelTag(ERASURES_TAG, String(count)),
  }
}

async function publish(store: VersionStore, { manifest: draft, files }: Artefact): Promise<Manifest> {
  await requireAfterErasures(store, draft)
  const sums = Array.from(files, ([name, bytes]) => ({ name, bytes: bytes.length, sha256: sha256(bytes) }))
  const manifest = completeManifest(draft, sums)
  if ((await find(store, manifest.version)) !== null) return manifest
  await store.create({
    description: `endcap ${manifest.version}: ${manifest.model}, ${manifest.item_count} products`,
    tags: new Map([[VERSION_TAG, manifest.version]]),
    files: versionFiles(manifest, files),
    run: runFigures(manifest),
  })
  return manifest
}

async function promote(store: VersionStore, name: string): Promise<void> {
  const version = await found(store, name)
  await requireAfterErasures(store, await manifestOf(store, version))
  const last = (await promotions(store)).at(-1)
  // The history first: whoever dies in between has a version in it that was not current for a moment.
  if (last !== undefined && !last.isNoted) await note(store, await found(store, last.name), last.turn)
  if (last?.name !== name) await note(store, version, (last?.turn ?? 0) + 1)
  await store.setAlias(CURRENT_ALIAS, version)
}

const note = (store: VersionStore, version: StoredVersion, turn: number): Promise<void> =>
  store.setVersionTag(version, PROMOTIONS_TAG, turnsText([...turnsOf(version), turn]))

/** Of very many the oldest are let go. */
function turnsText(turns: readonly number[]): string {
  const text = turns.join(' ')
  return text.length <= MAX_TAG ? text : turnsText(turns.slice(1))
}

const turnsOf = ({ tags }: StoredVersion): readonly number[] =>
  (tags.get(PROMOTIONS_TAG) ?? '')
    .split(' ')
    .map(Number)
    .filter((turn) => turn > 0)

type Promotion = {
  readonly turn: number
  readonly name: string
  /** Not: somebody has set the alias by hand since. */
  readonly isNoted: boolean
}

async function promotions(store: VersionStore): Promise<readonly Promotion[]> {
  const [all, now] = await Promise.all([store.versions(), current(store)])
  const noted = all
    .flatMap((version) => {
      const name = nameOf(version)
      return name === null ? [] : turnsOf(version).map((turn) => ({ turn, name, isNoted: true }))
    })
    .toSorted((a, b) => a.turn - b.turn)
  const last = noted.at(-1)
  return now === null || last?.name === now
    ? noted
    : [...noted, { turn: (last?.turn ?? 0) + 1, name: now, isNoted: false }]
}

async function current(store: VersionStore): Promise<string | null> {
  const version = await store.withAlias(CURRENT_ALIAS)
  if (version === null) return null
  const name = nameOf(version)
  if (name !== null) return name
  throw new EndcapError('CORRUPT_ARTEFACT', `version ${version.number} has no tag ${VERSION_TAG}`, {
    place: `${store.place}, alias '${CURRENT_ALIAS}'`,
    remedy: 'Move the alias to a version that `endcap models publish` has written.',
  })
}

async function load(store: VersionStore, name: string): Promise<StoredArtefact> {
  const version = await found(store, name)
  const manifest = await manifestOf(store, version)
  const place = placeOf(store, version)
  if (manifest.version !== name) {
    throw new EndcapError('CORRUPT_ARTEFACT', `it is of version '${manifest.version}'`, { place })
  }
  const files = new Map<string, Uint8Array>()
  for (const promised of manifest.files) {
    const path = `${FILES_FOLDER}/${promised.name}`
    const bytes = await store.readFile(version, path)
    if (bytes === null) {
      throw new EndcapError('CORRUPT_ARTEFACT', 'the file is missing', { place: `${place}/${path}` })
    }
    if (bytes.length !== promised.bytes || sha256(bytes) !== promised.sha256) {
      const message = 'the bytes are not those that were written'
      throw new EndcapError('CORRUPT_ARTEFACT', message, { place: `${place}/${path}` })
    }
    files.set(promised.name, bytes)
  }
  return { manifest, files, place }
}

async function manifestOf(store: VersionStore, version: StoredVersion): Promise<Manifest> {
  const place = `${placeOf(store, version)}/${MANIFEST}`
  const bytes = await store.readFile(version, MANIFEST)
  if (bytes === null) throw new EndcapError('CORRUPT_ARTEFACT', 'the file is missing', { place })
  return parseManifest(new TextDecoder().decode(bytes), place)
}

async function versions(store: VersionStore): Promise<readonly string[]> {
  const names = new Set((await store.versions()).map(nameOf).filter((name) => name !== null))
  return [...names].sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10) || (a < b ? -1 : 1))
}

async function erasures(store: VersionStore): Promise<number> {
  const text = (await store.modelTags()).get(ERASURES_TAG) ?? '0'
  if (/^[0-9]{1,15}$/.test(text)) return Number(text)
  throw new EndcapError('CORRUPT_ARTEFACT', `'${text}' is no count`, {
    place: `${store.place}, tag ${ERASURES_TAG}`,
  })
}

async function requireAfterErasures(
  store: VersionStore,
  manifest: Pick<Manifest, 'erasures'>,
): Promise<void> {
  const [known, erased] = [manifest.erasures ?? 0, await erasures(store)]
  if (known >= erased) return
  throw new EndcapError('ERASED', `the model knows of ${known} erasures, there were ${erased}`)
}

async function found(store: VersionStore, name: string): Promise<StoredVersion> {
  const version = isId(name) ? await find(store, name) : null
  if (version === null) throw new EndcapError('NOT_FOUND', `there is no model '${name}' in ${store.place}`)
  return version
}

/** Of several with one content, which two publishers at once may have left, the first. */
async function find(store: VersionStore, name: string): Promise<StoredVersion | null> {
  const same = await store.versions({ key: VERSION_TAG, value: name })
  return same.toSorted((a, b) => Number(a.number) - Number(b.number))[0] ?? null
}

function nameOf({ tags }: StoredVersion): string | null {
  const name = tags.get(VERSION_TAG)
  return name !== undefined && isId(name) ? name : null
}

const placeOf = ({ place }: VersionStore, { number }: StoredVersion): string => `${place}, version ${number}`
