import type { Command } from 'commander'

/** A verb of the command line; its file is loaded only when it is called, so that every verb starts fast. */
export type CommandEntry = {
  readonly verb: string
  readonly summary: string
  readonly load: () => Promise<Command>
  /** It knows the log of the embedded profile alone, and is refused in the profile stack. */
  readonly isEmbeddedOnly?: true
}

export const COMMANDS: readonly CommandEntry[] = [
  {
    verb: 'demo',
    summary: 'generate a shop, learn from it, serve it with a page to click on',
    load: async () => (await import('./demo.ts')).demoCommand(),
  },
  {
    verb: 'generate',
    summary: 'write the events of a synthetic shop with a known truth',
    load: async () => (await import('./generate.ts')).generateCommand(),
  },
  {
    verb: 'import',
    summary: 'append real data to the log and the lake of a data folder',
    isEmbeddedOnly: true,
    load: async () => (await import('./import.ts')).importCommand(),
  },
  {
    verb: 'backfill',
    summary: 'compute the tiles of every view from the lake and load them',
    isEmbeddedOnly: true,
    load: async () => (await import('./backfill.ts')).backfillCommand(),
  },
  {
    verb: 'pictures',
    summary: 'describe the pictures of products, for products that look alike',
    isEmbeddedOnly: true,
    load: async () => (await import('./pictures.ts')).picturesCommand(),
  },
  {
    verb: 'train',
    summary: 'learn a model from the lake and publish it',
    isEmbeddedOnly: true,
    load: async () => (await import('./train.ts')).trainCommand(),
  },
  {
    verb: 'models',
    summary: 'list trained models, make one current, go back to the one before, export',
    load: async () => (await import('./models.ts')).modelsCommand(),
  },
  {
    verb: 'serve',
    summary: 'answer events, recommendations and similar products over HTTP',
    load: async () => (await import('./serve.ts')).serveCommand(),
  },
  {
    verb: 'stream',
    summary: 'start, stop and watch the Flink job that counts tiles (profile stack)',
    load: async () => (await import('./stream.ts')).streamCommand(),
  },
  {
    verb: 'keys',
    summary: 'make, list and revoke API keys of a data folder',
    load: async () => (await import('./keys.ts')).keysCommand(),
  },
  {
    verb: 'erase',
    summary: 'take a customer out of everything in a data folder, with a certificate',
    isEmbeddedOnly: true,
    load: async () => (await import('./erase.ts')).eraseCommand(),
  },
  {
    verb: 'dead-letter',
    summary: 'list events that were refused, and try them again',
    isEmbeddedOnly: true,
    load: async () => (await import('./dead-letter.ts')).deadLetterCommand(),
  },
  {
    verb: 'evaluate',
    summary: 'measure models on a data set by a fixed protocol',
    load: async () => (await import('./evaluate.ts')).evaluateCommand(),
  },
  {
    verb: 'replay',
    summary: 'make a recorded decision again, from its record alone',
    load: async () => (await import('./replay.ts')).replayCommand(),
  },
  {
    verb: 'compile',
    summary: 'print the SQL of the catalog for an engine',
    load: async () => (await import('./compile.ts')).compileCommand(),
  },
  {
    verb: 'lakehouse',
    summary: 'bring silver and gold of Databricks up to date, and read gold',
    load: async () => (await import('./lakehouse.ts')).lakehouseCommand(),
  },
  {
    verb: 'verify',
    summary: 'run the same events through several engines and ask for equality',
    load: async () => (await import('./verify.ts')).verifyCommand(),
  },
  {
    verb: 'rebuild',
    summary: 'make the online state and the lake again from the log',
    isEmbeddedOnly: true,
    load: async () => (await import('./rebuild.ts')).rebuildCommand(),
  },
  {
    verb: 'backup',
    summary: 'copy a data folder with checksums, also while its server runs',
    isEmbeddedOnly: true,
    load: async () => (await import('./backup.ts')).backupCommand(),
  },
  {
    verb: 'restore',
    summary: 'make a data folder from a backup',
    isEmbeddedOnly: true,
    load: async () => (await import('./restore.ts')).restoreCommand(),
  },
  {
    verb: 'export',
    summary: 'write the events of a shop as NDJSON files',
    isEmbeddedOnly: true,
    load: async () => (await import('./export.ts')).exportCommand(),
  },
  {
    verb: 'bench',
    summary: 'measure speed and memory, answers checked first',
    load: async () => (await import('./bench.ts')).benchCommand(),
  },
  {
    verb: 'stack',
    summary: 'install, start and stop Kafka, Flink and Spark on this machine',
    load: async () => (await import('./stack.ts')).stackCommand(),
  },
  {
    verb: 'deploy',
    summary: 'write and check what the catalog needs at Confluent and Databricks',
    load: async () => (await import('./deploy.ts')).deployCommand(),
  },
  {
    verb: 'doctor',
    summary: 'look for what is missing here or wrong in the settings, and say what to do',
    load: async () => (await import('./doctor.ts')).doctorCommand(),
  },
]
