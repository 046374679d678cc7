import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'

/** A folder of static files, or why there is none. */
export type PageContent = { readonly folder: string } | { readonly reason: string }

/** Scripts and styles are the page's own; a shop's pictures may lie elsewhere. */
const PAGE_POLICY = "default-src 'self'; img-src 'self' data: https:; frame-ancestors 'none'"

/** Serves a page at `/`: a folder of static files, or a note that says why it is not there and where the API is. */
export const pageRoutes =
  (content: PageContent) =>
  (app: FastifyInstance): void => {
    app.register(async (page) => {
      page.addHook('onRoute', (route) => {
        route.config = { ...route.config, scope: 'public' }
      })
      if ('reason' in content) serveNote(page, content.reason)
      else serveFolder(page, content.folder)
    })
  }

function serveFolder(page: FastifyInstance, folder: string): void {
  page.register(fastifyStatic, {
    root: folder,
    schemaHide: true,
    setHeaders: (response) => {
      response.header('content-security-policy', PAGE_POLICY)
      response.header('cache-control', 'no-cache')
    },
  })
}

function serveNote(page: FastifyInstance, reason: string): void {
  page.get('/', { schema: { hide: true } }, async (_request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', PAGE_POLICY)
      .send(noteOf(reason)),
  )
}

const noteOf = (reason: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Endcap demo shop</title>
<h1>The shop answers, its page is not here</h1>
<p>${escaped(reason)}</p>
<p>The API is described in <a href="/openapi.json">/openapi.json</a>; start with <code>POST /v1/recommendations</code>.</p>
</html>
`

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
