import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import {
  allWantedDeadLetters,
  type DeadLetterFilter,
  deadLetterOnWire,
} from '../../event-log/contract/dead-letters.ts'
import type { DeadLetter, EventLog } from '../../event-log/contract/event-log.ts'
import type { Redriven, RedriveOptions } from '../../features/stream/inprocess/redrive.ts'

/** What takes dead letters in again. */
export type Redriver = {
  readonly redrive: (letters: readonly DeadLetter[], options: RedriveOptions) => Promise<readonly Redriven[]>
}

/** Most letters of one call. */
const MAX_LETTERS = 1000

const MEANT = {
  topic: Type.Optional(Type.String({ maxLength: 128 })),
  reason: Type.Optional(Type.String({ maxLength: 128 })),
  from: Type.Optional(Type.Integer({ minimum: 0, description: 'sequence number of the first one' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_LETTERS, default: 100 })),
}

const ListQuery = Type.Object({
  ...MEANT,
  with_settled: Type.Optional(
    Type.Boolean({ description: 'also those whose events were taken in after all' }),
  ),
})

const Letter = Type.Object({
  sequence: Type.Integer(),
  arrived_at: Type.Integer({ description: 'epoch ms' }),
  index: Type.Integer({ description: 'place in its body, from 0' }),
  topic: Type.Union([Type.String(), Type.Null()]),
  reason: Type.String(),
  field: Type.Union([Type.String(), Type.Null()]),
  settled_at: Type.Union([Type.Integer(), Type.Null()]),
  event: Type.Optional(Type.String({ description: 'the bytes that were sent, as text' })),
  event_base64: Type.Optional(
    Type.String({ description: 'the bytes that were sent, where they are no text' }),
  ),
})

const ListAnswer = Type.Object(
  {
    dead_letters: Type.Array(Letter),
    next: Type.Union([Type.Integer(), Type.Null()], { description: '`from` of the next page' }),
  },
  { title: 'DeadLettersAnswer' },
)

const RedriveBody = Type.Object({
  ...MEANT,
  as_history: Type.Optional(
    Type.Boolean({ description: 'judge each event at its own instant, not at that of its arrival' }),
  ),
})

const RedriveAnswer = Type.Object(
  {
    accepted: Type.Integer(),
    duplicates: Type.Integer(),
    refused: Type.Integer({ description: 'refused again; they stay as they were' }),
    results: Type.Array(
      Type.Object({
        sequence: Type.Integer(),
        outcome: Type.Enum(['accepted', 'duplicate', 'refused'], { type: 'string' }),
        reason: Type.Optional(Type.String()),
        field: Type.Optional(Type.Union([Type.String(), Type.Null()])),
      }),
    ),
  },
  { title: 'RedriveAnswer' },
)

type Asked = Omit<DeadLetterFilter, 'withSettled'>

/** `GET /v1/dead-letters` and `POST /v1/dead-letters/redrive`: what was refused, and a second try. */
export const deadLetterRoutes =
  (log: Pick<EventLog, 'deadLetters'>, redriver: Redriver) =>
  (app: FastifyInstance): void => {
    app.get<{ Querystring: Asked & { readonly with_settled?: boolean } }>(
      '/v1/dead-letters',
      {
        config: { scope: 'admin' },
        schema: {
          summary: 'Events that were refused, with the reason and the bytes that were sent',
          querystring: ListQuery,
          response: { 200: ListAnswer },
        },
      },
      async ({ query: { with_settled: withSettled = false, limit = 100, ...filter } }) => {
        const found = await allWantedDeadLetters(log, { ...filter, limit, withSettled })
        const last = found.at(-1)
        const next = last === undefined || found.length < limit ? null : last.sequence + 1
        return { dead_letters: found.map(deadLetterOnWire), next }
      },
    )
    app.post<{ Body: Asked & { readonly as_history?: boolean } }>(
      '/v1/dead-letters/redrive',
      {
        config: { scope: 'admin' },
        schema: {
          summary: 'Try refused events again',
          body: RedriveBody,
          response: { 200: RedriveAnswer },
        },
      },
      async ({ body: { as_history: asHistory = false, limit = 100, ...filter } }) => {
        const letters = await allWantedDeadLetters(log, { ...filter, limit })
        return redriveAnswer(await redriver.redrive(letters, { asHistory }))
      },
    )
  }

/** Counted, and one by one. */
export function redriveAnswer(results: readonly Redriven[]) {
  const count = (outcome: Redriven['outcome']) => results.filter((one) => one.outcome === outcome).length
  return {
    accepted: count('accepted'),
    duplicates: count('duplicate'),
    refused: count('refused'),
    results: results.map((one) => ({ ...one })),
  }
}
