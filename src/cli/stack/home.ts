import { globSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { hash8 } from '../../core/hash.ts'

/** The repository's `stack/`: pinned versions, poms, configuration templates. */
export const STACK_SOURCES = fileURLToPath(new URL('../../../stack/', import.meta.url))

/** Files that decide what is installed: a change of one of them is another install folder. */
const INSTALL_SOURCES = ['versions.json', '*/pom.xml', 'extract.py']

/** Folder of everything that the stack keeps outside the repository, shared by all clones of one user. */
export function stackHome(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const own = env['ENDCAP_STACK_HOME']
  if (own !== undefined && own !== '') return join(resolve(own), 'endcap')
  const cache = env['XDG_CACHE_HOME']
  return join(cache === undefined || cache === '' ? join(homedir(), '.cache') : resolve(cache), 'endcap')
}

/** `stack-<hash>` in the home, with a folder per engine. */
export function installFolder(home: string = stackHome()): string {
  const sources = globSync(INSTALL_SOURCES, { cwd: STACK_SOURCES }).sort()
  const texts = sources.map((file) => [file, readFileSync(join(STACK_SOURCES, file), 'utf8')])
  return join(home, `stack-${hash8(texts)}`)
}

export const defaultRunDir = (home: string = stackHome()): string => join(home, 'run')
