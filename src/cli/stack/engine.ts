import type { ProcessSpec } from './process.ts'
import type { EngineName, StackEndpoints, StackPorts } from './types.ts'

/** Where one run of the stack lives. */
export type RunPlace = {
  readonly runDir: string
  readonly ports: StackPorts
  readonly endpoints: StackEndpoints
}

/** One engine: which processes it is, and how to tell that it answers. */
export type Engine = {
  readonly name: EngineName
  /** Writes configuration and data folders. Runs before the processes, never while they live. */
  prepare(place: RunPlace): Promise<void>
  processes(place: RunPlace): readonly ProcessSpec[]
  /** Resolves if the engine answers now; @throws anything if it does not yet. */
  probe(place: RunPlace, signal: AbortSignal): Promise<void>
}
