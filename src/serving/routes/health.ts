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

/** `GET /health`: 200 when ready, 503 while not; an answer at all means live. */
export const healthRoutes =
  (health: () => Health) =>
  (app: FastifyInstance): void => {
    app.get(
      '/health',
      { schema: { summary: 'Live and ready', response: { 200: HealthAnswer, 503: HealthAnswer } } },
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
