/** The engines that `endcap stack` starts, in the order in which data meets them. */
export const ENGINES = ['kafka', 'registry', 'flink', 'spark'] as const

export type EngineName = (typeof ENGINES)[number]

/** One TCP port per listener, all on this machine. */
export type StackPorts = {
  readonly kafka: number
  readonly kafkaController: number
  readonly flinkRpc: number
  readonly flinkRest: number
  readonly sqlGateway: number
  readonly sparkThrift: number
  readonly registry: number
}

export type KafkaEndpoint = {
  /** `host:port` of each broker. */
  readonly bootstrapBrokers: readonly string[]
}

export type RegistryEndpoint = {
  /** Of the API that Confluent's registry has too, without a closing slash. */
  readonly url: string
}

export type FlinkEndpoint = {
  /** JobManager REST, without a closing slash. */
  readonly jobManagerUrl: string
  /** SQL gateway REST, without a closing slash. */
  readonly gatewayUrl: string
  /** Absolute `file:` URI of the folder for checkpoints and savepoints. */
  readonly stateUri: string
}

export type SparkEndpoint = {
  readonly host: string
  readonly port: number
  /** HTTP path of the Thrift server, like that of a SQL warehouse. */
  readonly path: string
  /** Absolute folder that holds managed tables. */
  readonly warehouseFolder: string
  /** Absolute folder for input files and tables with a location; both sides see it. */
  readonly filesFolder: string
}

/** Where each engine answers. Known from the ports alone: says nothing about whether the engine is up. */
export type StackEndpoints = {
  readonly kafka: KafkaEndpoint
  readonly registry: RegistryEndpoint
  readonly flink: FlinkEndpoint
  readonly spark: SparkEndpoint
}

/** One line of progress for people. */
export type StackReport = (line: string) => void

export type StackOptions = {
  /** Default: all. */
  readonly engines?: readonly EngineName[]
  /** Folder for process ids, ports, configuration, logs and data. Default: `run` in the stack's home. */
  readonly runDir?: string
  /** First of a block of ports; `free` looks for a block that nobody uses. Default: `DEFAULT_PORT_BASE`. */
  readonly portBase?: number | 'free'
  readonly report?: StackReport
}

/** Engines that are up. */
export type Stack = StackEndpoints & {
  readonly runDir: string
  readonly engines: readonly EngineName[]
  /** The engines that this call started; the others were up already and stay up after `stop`. */
  readonly started: readonly EngineName[]
  /** From the call to the answer of each started engine, in seconds; installing is not counted. */
  readonly seconds: Readonly<Partial<Record<EngineName, number>>>
  /** SIGKILL to Flink's TaskManager; returns when the process is gone. */
  killTaskManager(): Promise<void>
  /** Starts a TaskManager again and waits until the JobManager knows its slots. */
  startTaskManager(): Promise<void>
  /** SIGKILL to Flink's SQL gateway, by which jobs are started; returns when the process is gone. */
  killGateway(): Promise<void>
  /** Starts a gateway again and waits until it answers. */
  startGateway(): Promise<void>
  /** Stops what this call started, and deletes its data. */
  stop(): Promise<void>
}

export type ProcessStatus = { readonly name: string; readonly pid: number; readonly alive: boolean }

export type EngineStatus = {
  readonly engine: EngineName
  /** `up`: all processes live and it answers. `failing`: some of that is missing. `down`: nothing was started. */
  readonly state: 'up' | 'failing' | 'down'
  readonly processes: readonly ProcessStatus[]
  /** Log file per process. */
  readonly logs: readonly string[]
  /** Why it is not up. */
  readonly reason?: string
}
