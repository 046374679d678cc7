import { EndcapError } from '../../core/errors.ts'
import { PICTURE_FOLDER, pictureAt } from '../../datagen/synthetic-shop/pictures.ts'
import type { RoutePlugin } from '../../serving/server.ts'

/** The pictures that generated products name as `image_url`, drawn when they are asked for. */
export const pictureRoute: RoutePlugin = (app) => {
  app.get<{ Params: { name: string } }>(
    `/${PICTURE_FOLDER}/:name`,
    { config: { scope: 'public' }, schema: { hide: true } },
    async ({ params }, reply) => {
      const svg = pictureAt(`${PICTURE_FOLDER}/${params.name}`)
      if (svg === null) throw new EndcapError('NOT_FOUND', `no picture '${params.name}'`)
      return reply.type('image/svg+xml').send(svg)
    },
  )
}
