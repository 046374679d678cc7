import type { RankerModel } from '../rankers/ranker-model.ts'
import { ONNX_OUTPUT, rankerToOnnx } from './ranker-onnx.ts'

/** What MLflow needs to serve the model; the versions that the export is tested with. */
const PACKAGES = ['mlflow==3.17.2', 'onnx==1.23.2', 'onnxruntime==1.32.0'] as const
const PYTHON_VERSION = '3.11'

/**
 * The ranker as a folder in MLflow's ONNX flavour, files by name: `model.onnx`, `MLmodel` and what its environment
 * needs. `mlflow models serve` answers `dataframe_split` and the like by the names of the features, each a float or
 * null, with one `score` a row. The same model gives the same bytes.
 */
export function mlflowModel(model: RankerModel, createdAt: Date): ReadonlyMap<string, Uint8Array> {
  const onnx = rankerToOnnx(model)
  const text = new TextEncoder()
  const requirements = PACKAGES.map((name) => `${name}\n`).join('')
  return new Map([
    ['model.onnx', onnx],
    ['MLmodel', text.encode(mlmodel(model.featureNames, onnx.length, createdAt))],
    ['requirements.txt', text.encode(requirements)],
    ['python_env.yaml', text.encode(pythonEnvironment())],
    ['conda.yaml', text.encode(condaEnvironment())],
  ])
}

/** JSON is YAML: each value is written as JSON, so no name needs escaping of its own. */
function mlmodel(featureNames: readonly string[], sizeBytes: number, createdAt: Date): string {
  const column = (name: string) => ({ type: 'float', name, required: true })
  const fields = {
    flavors: {
      onnx: { code: null, data: 'model.onnx', onnx_version: '1.23.2', providers: ['CPUExecutionProvider'] },
      python_function: {
        data: 'model.onnx',
        env: { conda: 'conda.yaml', virtualenv: 'python_env.yaml' },
        loader_module: 'mlflow.onnx',
        python_version: PYTHON_VERSION,
      },
    },
    mlflow_version: '3.17.2',
    model_size_bytes: sizeBytes,
    signature: {
      inputs: JSON.stringify(featureNames.map(column)),
      outputs: JSON.stringify([column(ONNX_OUTPUT)]),
      params: null,
    },
    utc_time_created: createdAt.toISOString().replace('T', ' ').replace('Z', ''),
  }
  return Object.entries(fields)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}\n`)
    .join('')
}

const pythonEnvironment = (): string =>
  [
    `python: "${PYTHON_VERSION}"`,
    'build_dependencies: [pip]',
    'dependencies: [-r requirements.txt]',
    '',
  ].join('\n')

const condaEnvironment = (): string =>
  [
    'name: mlflow-env',
    'channels: [conda-forge]',
    'dependencies:',
    `- python=${PYTHON_VERSION}`,
    '- pip',
    '- pip:',
    ...PACKAGES.map((name) => `  - ${name}`),
    '',
  ].join('\n')
