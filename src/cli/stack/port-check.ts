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

/** The first of a block of ports that are all free, above the default block. */
export async function freePortBase(): Promise<number> {
  for (let base = DEFAULT_PORT_BASE + 100; base < 30_000; base += 100) {
    const free = await Promise.all(Array.from({ length: PORT_BLOCK }, (_, offset) => isFree(base + offset)))
    if (free.every(Boolean)) return base
  }
  throw new EndcapError(
    'ENGINE_UNAVAILABLE',
    `no block of ${PORT_BLOCK} free ports between 19,192 and 30,000`,
  )
}
