import Type from 'typebox'
import { Value } from 'typebox/value'
import { EndcapError } from '../core/errors.ts'
import { canonicalJson, hash8 } from '../core/hash.ts'
import { ID_PATTERN } from '../core/ids.ts'

/** What this code writes, and the only thing that it reads. */
export const ARTEFACT_FORMAT = 'endcap-artefact/2'

const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' })
const Numbers = Type.Record(Type.String(), Type.Number())

/** One file of an artefact. */
export const ArtefactFile = Type.Object({
  name: Type.String({ pattern: '^[a-z0-9][a-z0-9.-]{0,63}$' }),
  bytes: Type.Integer({ minimum: 0 }),
  sha256: Sha256,
})

/** What is said of a trained model, in `manifest.json` beside its files. */
export const ManifestSchema = Type.Object(
  {
    format: Type.Literal(ARTEFACT_FORMAT),
    /** Names the artefact: the log position and a hash of all below but `trained_at`. */
    version: Type.String({ pattern: ID_PATTERN }),
    /** `affinity`: candidates are ranked by the weighted sum of the sources; `two-stage`: by trees. */
    model: Type.Union([Type.Literal('affinity'), Type.Literal('two-stage')]),
    /** Hash of `definitions`. */
    catalog_hash: Type.String({ minLength: 1 }),
    /** Hashes of all definitions that the files depend on, by name; where one is another, the files say nothing. */
    definitions: Type.Record(Type.String(), Type.String({ minLength: 1 })),
    /** All events before this position of the log were learnt from, none beyond. */
    log_position: Type.Integer({ minimum: 0 }),
    /** How many people had been erased from those events; absent: none. */
    erasures: Type.Optional(Type.Integer({ minimum: 0 })),
    /** Hash of titles and attributes as they were; null if none were used. */
    content_snapshot: Type.Union([Type.String({ minLength: 1 }), Type.Null()]),
    /** Epoch ms. */
    trained_at: Type.Integer({ minimum: 0 }),
    item_count: Type.Integer({ minimum: 0 }),
    settings: Numbers,
    /** Measured on a later period than was learnt from, such as `recall@10`. */
    metrics: Numbers,
    /** Of everything that was drawn, by what it was drawn for; empty where nothing was. */
    seeds: Numbers,
    files: Type.Array(ArtefactFile, { minItems: 1 }),
  },
  { additionalProperties: false },
)

export type Manifest = Type.Static<typeof ManifestSchema>

/** What training says of its model; the registry adds the format, the hash of the definitions, the version and the files. */
export type ManifestDraft = Omit<Manifest, 'format' | 'version' | 'catalog_hash' | 'files'>

/** Equal drafts with equal files get the same version, whenever they were trained. */
export function completeManifest(draft: ManifestDraft, files: Manifest['files']): Manifest {
  const { trained_at: trainedAt, ...lasting } = draft
  const version = `${draft.log_position}-${hash8({ ...lasting, files })}`
  const catalogHash = hash8(draft.definitions)
  return {
    format: ARTEFACT_FORMAT,
    version,
    catalog_hash: catalogHash,
    ...lasting,
    trained_at: trainedAt,
    files,
  }
}

/**
 * @throws EndcapError CORRUPT_ARTEFACT, naming the field, for anything that is no manifest of this format or
 *   whose version does not fit the rest of it
 */
export function parseManifest(text: string, place: string): Manifest {
  const value = parseJson(text, place)
  if (Value.Check(ManifestSchema, value)) {
    const { format: _format, version, catalog_hash: catalogHash, files, ...draft } = value
    const whole = completeManifest(draft, files)
    if (whole.version === version && whole.catalog_hash === catalogHash) return value
    throw new EndcapError('CORRUPT_ARTEFACT', `it is not what was written as version '${version}'`, { place })
  }
  const [first] = Value.Errors(ManifestSchema, value)
  throw new EndcapError(
    'CORRUPT_ARTEFACT',
    `it is no manifest of format '${ARTEFACT_FORMAT}': ${first === undefined ? 'unreadable' : `${first.instancePath || '/'} ${first.message}`}`,
    { place },
  )
}

export const printManifest = (manifest: Manifest): string =>
  `${JSON.stringify(JSON.parse(canonicalJson(manifest)), null, 2)}\n`

function parseJson(text: string, place: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new EndcapError('CORRUPT_ARTEFACT', 'it is no JSON', { place, cause })
  }
}
