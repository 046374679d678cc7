import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { EngineName, StackEndpoints, StackPorts } from './types.ts'

/** All engines listen on loopback, but for Spark's Thrift server, which offers no choice. */
export const HOST = '127.0.0.1'

export const DEFAULT_PORT_BASE = 19092

/** The one place that says which port is whose: base plus a fixed offset. */
const PORT_OFFSETS = {
  kafka: 0,
  kafkaController: 1,
  flinkRpc: 2,
  flinkRest: 3,
  sqlGateway: 4,
  sparkThrift: 5,
  registry: 6,
} as const satisfies Record<keyof StackPorts, number>

export const PORTS_OF: Readonly<Record<EngineName, readonly (keyof StackPorts)[]>> = {
  kafka: ['kafka', 'kafkaController'],
  registry: ['registry'],
  flink: ['flinkRpc', 'flinkRest', 'sqlGateway'],
  spark: ['sparkThrift'],
}

export const PORT_BLOCK = Object.keys(PORT_OFFSETS).length

export const stackPorts = (base: number): StackPorts => ({
  kafka: base + PORT_OFFSETS.kafka,
  kafkaController: base + PORT_OFFSETS.kafkaController,
  flinkRpc: base + PORT_OFFSETS.flinkRpc,
  flinkRest: base + PORT_OFFSETS.flinkRest,
  sqlGateway: base + PORT_OFFSETS.sqlGateway,
  sparkThrift: base + PORT_OFFSETS.sparkThrift,
  registry: base + PORT_OFFSETS.registry,
})

/** The one place for memory, in MB. Heaps are upper bounds; a stack that idles holds about a third. */
export const MEMORY_MB = {
  kafkaHeap: 768,
  registryHeap: 384,
  jobManagerHeap: 384,
  /** State of all keys lies here, and batches that wait: too little, and the collector takes all the time. */
  taskManagerTaskHeap: 3968,
  /** Framework heap of 128 MB on top of the tasks' own. */
  taskManagerHeap: 4096,
  /** Network buffers plus framework off-heap. */
  taskManagerDirect: 256,
  taskManagerNetwork: 128,
  gatewayHeap: 512,
  sparkHeap: 2048,
} as const

export const FLINK_SLOTS = 16
export const SPARK_CORES = 2

/** How long an engine may take from the start of its processes to its first answer. */
export const READY_TIMEOUT_MS = 180_000
/** How long a process may take to leave after SIGTERM before it gets SIGKILL. */
export const STOP_TIMEOUT_MS = 10_000

/** Shaped like the path of a SQL warehouse. */
const sparkPath = (secret: string): string => `/sql/1.0/warehouses/${secret}`

/**
 * `brief`: short-lived JVMs on few cores have the first compiler only, and a collector without threads of its own. With
 * one compiler a JVM reserves 48 MB for code, which Spark was seen to fill: it then ended. `steady`: what every record
 * goes through has both compilers and a collector of several threads.
 */
export type JvmWork = 'brief' | 'steady'

const JVM_WORK: Readonly<Record<JvmWork, readonly string[]>> = {
  brief: ['-Xms64m', '-XX:TieredStopAtLevel=1', '-XX:ReservedCodeCacheSize=128m', '-XX:+UseSerialGC'],
  steady: ['-Xms512m', '-XX:+UseParallelGC'],
}

export const jvmFlags = (heapMb: number, work: JvmWork = 'brief'): readonly string[] => [
  `-Xmx${heapMb}m`,
  ...JVM_WORK[work],
  '-Xshare:auto',
]

export const dataFolder = (runDir: string, engine: EngineName): string => join(runDir, engine, 'data')

/**
 * `secret` is the last part of Spark's path: its Thrift server listens on all interfaces and asks for no password, so
 * only those who can read the run folder shall find it.
 */
export function stackEndpoints(runDir: string, ports: StackPorts, secret: string): StackEndpoints {
  const spark = dataFolder(runDir, 'spark')
  return {
    kafka: { bootstrapBrokers: [`${HOST}:${ports.kafka}`] },
    registry: { url: `http://${HOST}:${ports.registry}/apis/ccompat/v7` },
    flink: {
      jobManagerUrl: `http://${HOST}:${ports.flinkRest}`,
      gatewayUrl: `http://${HOST}:${ports.sqlGateway}`,
      stateUri: pathToFileURL(dataFolder(runDir, 'flink')).href,
    },
    spark: {
      host: HOST,
      port: ports.sparkThrift,
      path: sparkPath(secret),
      warehouseFolder: join(spark, 'warehouse'),
      filesFolder: join(spark, 'files'),
    },
  }
}
