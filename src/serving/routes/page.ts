import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'

/** Serves a folder of static files at `/`; the page may load nothing from elsewhere. */
export const pageRoutes =
  (folder: string) =>
  (app: FastifyInstance): void => {
    app.register(async (page) => {
      page.addHook('onRoute', (route) => {
        route.config = { ...route.config, scope: 'public' }
      })
      page.register(fastifyStatic, {
        root: folder,
        schemaHide: true,
        setHeaders: (response) => {
          response.header('content-security-policy', "default-src 'self'; img-src 'self' data:")
          response.header('cache-control', 'no-cache')
        },
      })
    })
  }
