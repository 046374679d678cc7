import type { FastifyInstance, FastifyReply } from 'fastify'
import { EndcapError } from '../../core/errors.ts'
import type { RowScorer } from '../../models/rankers/row-scorer.ts'
import { scoringCsv } from '../scoring/scoring-csv.ts'
import { ScoringFault } from '../scoring/scoring-fault.ts'
import { scoringJson } from '../scoring/scoring-json.ts'
import { type ScoringRequest, scoringRequest } from '../scoring/scoring-request.ts'

const PARSERS: Readonly<Record<string, (text: string) => unknown>> = {
  'application/json': scoringJson,
  'text/csv': scoringCsv,
}

/**
 * `POST /invocations`, `GET /ping`, `GET /version` as MLflow's scoring server has them: the ranker alone, by the names
 * of its features, for whoever has an MLflow client. A body without or of another content type is answered 415.
 * Errors have MLflow's shape and quote nothing of the body.
 *
 * @param scorer of the published model; null while it has no ranker
 * @source MLflow 3.17, recorded answers of its scoring server
 */
export const invocationRoutes =
  (scorer: () => RowScorer | null, version: string) =>
  (app: FastifyInstance): void => {
    app.register(async (scope) => {
      scope.removeAllContentTypeParsers()
      scope.addContentTypeParser(Object.keys(PARSERS), { parseAs: 'string' }, (request, body, done) =>
        done(null, { type: request.headers['content-type'] ?? '', text: String(body) }),
      )
      scope.get('/ping', { config: { scope: 'public' }, schema: { hide: true } }, async (_, reply) =>
        reply.type('application/json').send('\n'),
      )
      scope.get('/version', { config: { scope: 'public' }, schema: { hide: true } }, async (_, reply) =>
        reply.type('application/json').send(version),
      )
      scope.get('/invocations', { config: { scope: 'recommend' }, schema: { hide: true } }, async () => {
        throw new EndcapError('METHOD_NOT_ALLOWED', 'rows are posted')
      })
      scope.post<{ Body: Sent | null }>(
        '/invocations',
        {
          config: { scope: 'recommend' },
          schema: { summary: "Score rows of features, in the protocol of MLflow's scoring server" },
          validatorCompiler: () => () => true,
        },
        async ({ body, headers }, reply) => {
          const ranker = scorer()
          if (ranker === null) throw new EndcapError('NO_MODEL', 'the published model has no ranker')
          return answer(reply, ranker, body ?? { type: headers['content-type'] ?? '', text: '' })
        },
      )
    })
  }

type Sent = { readonly type: string; readonly text: string }

function answer(reply: FastifyReply, scorer: RowScorer, sent: Sent): FastifyReply {
  const [type = '', ...parameters] = sent.type.split(';').map((part) => part.trim().toLowerCase())
  const parse = PARSERS[type]
  const unknown = parameters.find((parameter) => parameter !== '' && !parameter.startsWith('charset='))
  if (parse === undefined || unknown !== undefined)
    return reply.status(415).type('text/plain').send(UNSUPPORTED)
  try {
    return reply
      .type('application/json')
      .send(scored(scorer, scoringRequest(parse(sent.text), scorer.features)))
  } catch (fault) {
    if (!(fault instanceof ScoringFault)) throw fault
    return reply.status(400).send({ error_code: fault.code, message: fault.message })
  }
}

const UNSUPPORTED = `This predictor only supports the content types ${Object.keys(PARSERS).join(', ')}, with no parameter but charset.`

function scored(scorer: RowScorer, { table, shape }: ScoringRequest): object {
  const scores = Array.from(scorer.score(table))
  return { predictions: shape === 'columns' ? { score: scores } : scores.map((score) => ({ score })) }
}
