import { type Manifest, printManifest } from '../../manifest.ts'
import { mlflowModel } from '../../onnx/mlflow-model.ts'
import { storedRanker } from '../../rankers/ranker-artefact.ts'

/** The artefact's own files lie in a folder of the version, beside what MLflow serves. */
export const FILES_FOLDER = 'endcap'
export const MANIFEST = `${FILES_FOLDER}/manifest.json`

/**
 * The files of a version: those of MLflow's ONNX flavour at the top, if the model has a ranker, and the artefact as it was
 * published. A model without a ranker is no Python function and cannot be served by MLflow; its MLmodel says so.
 */
export function versionFiles(
  manifest: Manifest,
  files: ReadonlyMap<string, Uint8Array>,
): ReadonlyMap<string, Uint8Array> {
  const text = new TextEncoder()
  const createdAt = new Date(manifest.trained_at)
  const ranker = storedRanker({ manifest, files, place: manifest.version })
  const served =
    ranker === null
      ? new Map([['MLmodel', text.encode(unserved(createdAt))]])
      : mlflowModel(ranker, createdAt)
  return new Map([
    ...served,
    ...Array.from(files, ([name, bytes]) => [`${FILES_FOLDER}/${name}`, bytes] as const),
    [MANIFEST, text.encode(printManifest(manifest))],
  ])
}

/** JSON is YAML. */
const unserved = (createdAt: Date): string =>
  `flavors: ${JSON.stringify({ endcap: { data: FILES_FOLDER } })}\n` +
  `utc_time_created: ${JSON.stringify(createdAt.toISOString().replace('T', ' ').replace('Z', ''))}\n`
