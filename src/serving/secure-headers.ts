import type { FastifyInstance } from 'fastify'

/** On every answer; a route may replace one (the page its policy). Answers hold what people did: nobody keeps them. */
export const SECURE_HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
} as const

/** Headers that make a browser careful. There is none that lets other origins read: CORS stays off. */
export function secureHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(SECURE_HEADERS)
  })
}
