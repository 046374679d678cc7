import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { EndcapError } from '../../core/errors.ts'
import type { Finding } from './finding.ts'
import type { Changes, Platform, RenderRequest } from './platform.ts'
import { replaceFolder, writeFiles } from './rendered-folder.ts'

export type Outcome = Finding & { readonly platform: string; readonly kind: 'fault' | 'loss' | 'note' }

/**
 * Writes what the catalog needs on each platform, in the place of what the folder holds. Jobs that are there stay.
 * @returns what is new and what was allowed to be lost
 * @throws EndcapError STATE_LOSS, with nothing written, if something would be lost that is not allowed
 */
export function renderDeployment(
  out: string,
  platforms: readonly Platform[],
  request: Omit<RenderRequest, 'before'>,
): readonly Outcome[] {
  const next = `${out}.new`
  rmSync(next, { recursive: true, force: true })
  try {
    const outcomes = platforms.flatMap((platform) => {
      const deployed = join(out, platform.name)
      const before = existsSync(deployed) ? deployed : null
      const rendered = join(next, platform.name)
      writeFiles(rendered, platform.render({ ...request, before }))
      if (before === null) return []
      const changes = platform.changes(before, rendered)
      refuseLosses(changes, request.allowed)
      return outcomesOf(platform.name, changes)
    })
    for (const { name } of platforms) replaceFolder(join(next, name), join(out, name))
    return outcomes
  } finally {
    rmSync(next, { recursive: true, force: true })
  }
}

/**
 * What happens to state from one rendered folder to another; a platform that the first was not rendered for has none.
 * @throws EndcapError BAD_INPUT_FILE
 */
export const compareDeployments = (
  before: string,
  after: string,
  platforms: readonly Platform[],
): readonly Outcome[] =>
  deployedOn(before, platforms).flatMap((platform) =>
    outcomesOf(platform.name, platform.changes(join(before, platform.name), join(after, platform.name))),
  )

/** All of them if it is none: then the folder is no rendering, and reading it says so. */
function deployedOn(before: string, platforms: readonly Platform[]): readonly Platform[] {
  const deployed = platforms.filter(({ name }) => existsSync(join(before, name)))
  return deployed.length > 0 ? deployed : platforms
}

const outcomesOf = (platform: string, { losses, notes }: Changes): readonly Outcome[] => [
  ...losses.map((finding): Outcome => ({ platform, kind: 'loss', ...finding })),
  ...notes.map((finding): Outcome => ({ platform, kind: 'note', ...finding })),
]

/** @throws EndcapError STATE_LOSS */
export function refuseLosses({ losses }: Pick<Changes, 'losses'>, allowed: readonly string[]): void {
  const refused = losses.filter(({ name }) => !allowed.includes(name))
  const [first] = refused
  if (first === undefined) return
  const list = refused.map(({ name, message }) => `'${name}': ${message}`).join('\n  ')
  throw new EndcapError('STATE_LOSS', `state would be lost:\n  ${list}`, {
    remedy: `Keep the old definition beside the new one, or say \`--allow-state-loss ${first.name}\`.`,
  })
}
