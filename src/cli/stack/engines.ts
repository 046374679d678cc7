import type { Engine } from './engine.ts'
import { flinkEngine } from './flink-engine.ts'
import { kafkaEngine } from './kafka-engine.ts'
import { registryEngine } from './registry-engine.ts'
import { sparkEngine } from './spark-engine.ts'
import type { EngineName } from './types.ts'

/** The registry of engines: one line each. */
export const ENGINE_OF: Readonly<Record<EngineName, Engine>> = {
  kafka: kafkaEngine,
  registry: registryEngine,
  flink: flinkEngine,
  spark: sparkEngine,
}
