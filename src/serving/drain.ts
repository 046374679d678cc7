import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { EndcapError } from '../core/errors.ts'

/** Whether a server is ending: begun once, never undone. */
export class Drain {
  #isDraining = false

  get isDraining(): boolean {
    return this.#isDraining
  }

  begin(): void {
    this.#isDraining = true
  }
}

/** While draining, what began goes on, public routes answer, anything else is 503; each answer ends its connection. */
export function refuseWhileDraining(app: FastifyInstance, drain: Drain): void {
  app.addHook('onRequest', async ({ routeOptions }, reply) => {
    if (!drain.isDraining) return
    reply.header('connection', 'close')
    if (routeOptions.config?.scope === 'public') return
    throw new EndcapError('NOT_READY', 'the server is shutting down', {
      remedy: 'Send it again, to another server or in a moment.',
    })
  })
  app.addHook('onSend', async (_request, reply) => {
    if (drain.isDraining) reply.header('connection', 'close')
  })
}

export type Farewell = {
  /** How long new connections are still answered (with 503), so that callers notice before the port is gone. */
  readonly lingerMs: number
  /** When connections that are still busy are cut, counted from the beginning. */
  readonly deadlineMs: number
}

/** Answers what is under way, refuses what is new, and closes. */
export async function closeGracefully(app: FastifyInstance, drain: Drain, farewell: Farewell): Promise<void> {
  drain.begin()
  const deadline = setTimeout(() => app.server.closeAllConnections(), farewell.deadlineMs)
  try {
    await sleep(Math.min(farewell.lingerMs, farewell.deadlineMs))
    await app.close()
  } finally {
    clearTimeout(deadline)
  }
}
