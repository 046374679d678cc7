import type { FastifyInstance } from 'fastify'
import Type from 'typebox'

/** What the process says of itself. */
export type Health = {
  /** False while it replays the log or shuts down. */
  readonly ready: boolean
  /** Records in the log, and records applied to the state. */
  readonly logPosition: number
  readonly appliedPosition: number
  /** Version of the published model; null before the first training. */
  readonly model: string | null
}

const HealthAnswer = Type.Object(
  {
    status: Type.Enum(['ready', 'not_ready'], { type: 'string' }),
    live: Type.Literal(true),
    ready: Type.Boolean(),
    log_position: Type.Integer(),
    applied_position: Type.Integer(),
    model: Type.Union([Type.String(), Type.Null()]),
  },
  { title: 'Health' },
)

const LiveAnswer = Type.Object({ live: Type.Literal(true) }, { title: 'Live' })
const ReadyAnswer = Type.Object({ ready: Type.Boolean() }, { title: 'Ready' })

/**
 * `GET /health/live`: 200 as long as the process answers. `GET /health/ready`: 200 when it takes requests, 503
 * while it replays the log, shuts down, or cannot write. `GET /health`: the same with figures.
 */
export const healthRoutes =
  (health: () => Health) =>
  (app: FastifyInstance): void => {
    const config = { scope: 'public' } as const
    app.get(
      '/health/live',
      { config, schema: { summary: 'Whether the process lives', response: { 200: LiveAnswer } } },
      async () => ({ live: true }),
    )
    app.get(
      '/health/ready',
      {
        config,
        schema: { summary: 'Whether it takes requests', response: { 200: ReadyAnswer, 503: ReadyAnswer } },
      },
      async (_request, reply) => {
        const { ready } = health()
        return reply.status(ready ? 200 : 503).send({ ready })
      },
    )
    app.get(
      '/health',
      {
        config,
        schema: {
          summary: 'Live and ready, with figures',
          response: { 200: HealthAnswer, 503: HealthAnswer },
        },
      },
      async (_request, reply) => {
        const { ready, logPosition, appliedPosition, model } = health()
        return reply.status(ready ? 200 : 503).send({
          status: ready ? 'ready' : 'not_ready',
          live: true,
          ready,
          log_position: logPosition,
          applied_position: appliedPosition,
          model,
        })
      },
    )
  }
