/**
 * Which folder of `src/` may import which, in the order in which the data flows. `test/architecture.test.ts`
 * holds the code to it. A folder may always import itself; `adapters` are leaves that only `cli` wires.
 */
export const LAYERS = {
  core: [],
  algebra: ['core'],
  catalog: ['algebra', 'core'],
  compile: ['algebra', 'core'],
  datagen: ['catalog', 'algebra', 'core'],
  'event-log': ['catalog', 'algebra', 'core'],
  features: ['event-log', 'compile', 'catalog', 'algebra', 'core'],
  models: ['features', 'compile', 'catalog', 'algebra', 'core'],
  recommend: ['models', 'features', 'event-log', 'compile', 'catalog', 'algebra', 'core'],
  serving: ['recommend', 'models', 'features', 'event-log', 'catalog', 'algebra', 'core'],
  web: [],
  cli: [
    'serving',
    'recommend',
    'models',
    'features',
    'event-log',
    'datagen',
    'compile',
    'catalog',
    'algebra',
    'core',
    'web',
  ],
} as const satisfies Record<string, readonly string[]>

/** Folders that hold one technology each. Nothing but `cli`, tests and the folder itself may import them. */
export const ADAPTERS = [
  'datagen/importers',
  'event-log/lmdb',
  'event-log/kafka',
  'event-log/memory',
  'features/stream/flink',
  'features/lake/duckdb',
  'features/lake/spark',
  'features/lake/databricks',
  'features/online/lmdb',
  'models/registry/folder',
  'models/registry/mlflow',
  'recommend/records/lmdb',
] as const

/** Folders that do no I/O outside their adapters: no `node:fs`, no network, no child process. */
export const PURE = ['algebra', 'catalog', 'compile', 'datagen', 'models', 'recommend'] as const

/** One dependency, one door: the only folders or files that may import the package. */
export const DOORS = {
  lmdb: ['event-log/lmdb', 'features/online/lmdb', 'recommend/records/lmdb'],
  '@duckdb/node-api': ['features/lake/duckdb'],
  '@platformatic/kafka': ['event-log/kafka'],
  avsc: ['event-log/kafka/avro-type.ts'],
  '@databricks/sql': ['features/lake/spark'],
  fastify: ['serving'],
  '@fastify/swagger': ['serving'],
  '@fastify/static': ['serving'],
  '@fastify/rate-limit': ['serving'],
  'prom-client': ['serving/metrics'],
  '@observablehq/plot': ['cli/evaluation/report'],
  linkedom: ['cli/evaluation/report'],
  commander: ['cli'],
  listr2: ['cli'],
  open: ['cli'],
  pino: ['core/logger.ts'],
  typebox: ['catalog', 'serving/wire.ts', 'serving/routes', 'models/manifest.ts'],
  ajv: ['catalog/validator.ts', 'serving'],
  'ajv-formats': ['catalog/validator.ts', 'serving'],
  'csv-parse': ['datagen/importers', 'serving/scoring'],
  sax: ['datagen/importers'],
  '@faker-js/faker': ['datagen'],
  react: ['web'],
  'react-dom': ['web'],
  vite: ['web/vite.config.ts'],
  '@vitejs/plugin-react': ['web/vite.config.ts'],
  'xxhash-wasm': ['core/hash.ts'],
  '@bufbuild/protobuf': ['models/onnx'],
} as const satisfies Record<string, readonly string[]>
