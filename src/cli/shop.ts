import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { catalogOf, defineShop, type Shop } from '../catalog/shop.ts'
import { EndcapError } from '../core/errors.ts'

/** Names under which a shop may say what it is, in the folder that the command is called from. */
const FILES = ['endcap.config.ts', 'endcap.config.mjs', 'endcap.config.js']

/**
 * What the shop says of itself: the default export of `$ENDCAP_CONFIG`, else of `endcap.config.ts` in the working
 * directory; nothing if there is no such file.
 * @throws EndcapError BAD_INPUT_FILE if it cannot be loaded or has no default export, BAD_DEFINITION if it is wrong
 */
export async function loadShop(cwd: string, named: string | undefined): Promise<Shop> {
  const [file] =
    named === undefined ? FILES.map((name) => resolve(cwd, name)).filter(existsSync) : [resolve(cwd, named)]
  if (file === undefined) return {}
  const module: unknown = await import(pathToFileURL(file).href).catch((cause: unknown) => {
    if (cause instanceof EndcapError) throw cause
    throw new EndcapError('BAD_INPUT_FILE', 'cannot be loaded', { place: file, cause })
  })
  if (typeof module !== 'object' || module === null || !('default' in module)) {
    throw new EndcapError('BAD_INPUT_FILE', 'has no default export', {
      place: file,
      remedy: 'Write `export default defineShop({ ... })`.',
    })
  }
  return defineShop(module.default as Shop)
}

/** The shop of this process, and its definitions. */
export const settings: Shop = await loadShop(process.cwd(), process.env['ENDCAP_CONFIG'])
export const catalog = catalogOf(settings)
