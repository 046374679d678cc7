import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { CONTRACTS } from '../../catalog/validator.ts'
import { EndcapError } from '../../core/errors.ts'
import type { BodyFormat } from '../../event-log/contract/body-format.ts'
import type { IngestResult } from '../../features/stream/inprocess/writer.ts'
import { BODY_LIMIT_BYTES, limitInFlight, MAX_INGEST_IN_FLIGHT } from '../limits.ts'

/** What takes events in; when `ingest` resolves they are on disk and in the state. */
export type EventIntake = { readonly ingest: (body: Uint8Array, format: BodyFormat) => Promise<IngestResult> }

const FORMATS: Readonly<Record<string, BodyFormat>> = {
  'application/json': 'json',
  'application/x-ndjson': 'ndjson',
  'application/ndjson': 'ndjson',
}

const EventsAnswer = Type.Object(
  {
    accepted: Type.Integer(),
    duplicates: Type.Integer({ description: 'events whose id came before; they count once' }),
    refused: Type.Integer(),
    results: Type.Array(
      Type.Object({
        index: Type.Integer({ description: 'place in the body, from 0' }),
        status: Type.Enum(['duplicate', 'refused'], { type: 'string' }),
        reason: Type.Optional(Type.String({ description: 'why it was refused; kept as a dead letter' })),
        field: Type.Optional(Type.String({ description: 'the field to blame' })),
      }),
      { description: 'the events that did not count' },
    ),
    log_position: Type.Integer({ description: 'records in the log once these are in it' }),
  },
  { title: 'EventsAnswer' },
)
type EventsAnswer = Type.Static<typeof EventsAnswer>

const OneEvent = Type.Union(Object.values(CONTRACTS), {
  title: 'Event',
  description: 'a record of a topic; a member `topic` beside the fields may name it',
})

/**
 * `POST /v1/events`: up to 10,000 events a call as JSON (an array, `{"events": [...]}`, one object) or NDJSON,
 * gzip allowed. The answer comes once they are on disk and in the state; sending them again does no harm.
 * @param maxInFlight bodies at a time; more are answered 503
 */
export const eventRoutes =
  (intake: EventIntake, maxInFlight: number = MAX_INGEST_IN_FLIGHT) =>
  (app: FastifyInstance): void => {
    app.register(async (scope) => {
      scope.removeAllContentTypeParsers()
      scope.addContentTypeParser(Object.keys(FORMATS), { parseAs: 'buffer' }, unpack)
      scope.post<{ Body: Buffer; Reply: EventsAnswer }>(
        '/v1/events',
        {
          config: { scope: 'ingest' },
          onRequest: limitInFlight(maxInFlight),
          schema: {
            summary: 'Take events in: each is accepted, a duplicate, or refused with the reason',
            body: {
              content: {
                'application/json': { schema: Type.Union([Type.Array(OneEvent), OneEvent]) },
                'application/x-ndjson': { schema: Type.String({ description: 'one event a line' }) },
              },
            },
            response: { 200: EventsAnswer },
          },
          // The writer judges each event by itself; the schema above is what it judges by.
          validatorCompiler: () => () => true,
        },
        async ({ body, headers }) => answerOf(await intake.ingest(body, formatOf(headers['content-type']))),
      )
    })
  }

const inflate = promisify(gunzip)

/** The bytes of a body, unpacked. @throws EndcapError PAYLOAD_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, BAD_REQUEST */
async function unpack({ headers }: FastifyRequest, body: Buffer): Promise<Buffer> {
  const encoding = headers['content-encoding']?.toLowerCase() ?? 'identity'
  if (encoding === 'identity') return body
  if (encoding !== 'gzip') {
    throw new EndcapError('UNSUPPORTED_MEDIA_TYPE', `content-encoding '${encoding}'`, {
      remedy: 'Send it as it is, or with gzip.',
    })
  }
  try {
    return await inflate(body, { maxOutputLength: BODY_LIMIT_BYTES })
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE') {
      throw new EndcapError('PAYLOAD_TOO_LARGE', `more than ${BODY_LIMIT_BYTES} bytes unpacked`, { cause })
    }
    throw new EndcapError('BAD_REQUEST', 'the body is not gzip', { cause })
  }
}

const formatOf = (contentType = ''): BodyFormat =>
  FORMATS[contentType.split(';')[0]?.trim().toLowerCase() ?? ''] ?? 'json'

const answerOf = ({ accepted, duplicates, refused, results, logPosition }: IngestResult): EventsAnswer => ({
  accepted,
  duplicates,
  refused,
  results: results.map((result) => {
    if (result.status === 'duplicate') return { index: result.index, status: result.status }
    const { index, status, reason, field } = result
    return { index, status, reason, ...(field === null ? {} : { field }) }
  }),
  log_position: logPosition,
})
