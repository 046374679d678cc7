import { createServer } from 'node:net'
import { EndcapError } from '../../core/errors.ts'
import { DEFAULT_PORT_BASE, HOST, PORT_BLOCK, PORTS_OF } from './settings.ts'
import type { EngineName, StackPorts } from './types.ts'

function isFree(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const server = createServer()
  server.once('error', () => resolve(false))
  server.listen({ port, host: HOST }, () => server.close(() => resolve(true)))
  return promise
}

/** @throws EndcapError ENGINE_UNAVAILABLE that names the port, the engine that wants it and what to do. */
export async function assertPortsFree(engines: readonly EngineName[], ports: StackPorts): Promise<void> {
  for (const engine of engines) {
    for (const name of PORTS_OF[engine]) {
      if (await isFree(ports[name])) continue
      throw new EndcapError('ENGINE_UNAVAILABLE', `port ${ports[name]} (${name}) of ${HOST} is taken`, {
        place: engine,
        remedy: `Stop what listens on ${ports[name]} (another stack: \`endcap stack down\`), or choose other ports with --port-base.`,
      })
    }
  }
}

const BLOCKS = 80
const BLOCK_STEP = 100

/**
 * First of a block of ports that are all free, above the default block. Where the search starts depends on the process,
 * so that two stacks that start at the same moment do not choose the same block.
 */
export async function freePortBase(): Promise<number> {
  for (let attempt = 0; attempt < BLOCKS; attempt += 1) {
    const block = (process.pid + attempt) % BLOCKS
    const base = DEFAULT_PORT_BASE + BLOCK_STEP * (block + 1)
    const ports = Array.from({ length: PORT_BLOCK }, (_, offset) => base + offset)
    if ((await Promise.all(ports.map(isFree))).every(Boolean)) return base
  }
  throw new EndcapError('ENGINE_UNAVAILABLE', `no ${PORT_BLOCK} free ports in a row on ${HOST}`)
}
