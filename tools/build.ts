import { execFileSync } from 'node:child_process'
import { cpSync, rmSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'

/**
 * Makes `dist/`, which is what a published package runs, since Node strips no types below `node_modules`: JavaScript
 * and types of `src/`, and the files beside them that are not TypeScript. Run by `npm pack`.
 */
const root = resolve(import.meta.dirname, '..')
const dist = join(root, 'dist')

rmSync(dist, { recursive: true, force: true })
execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
})
cpSync(join(root, 'src/web'), join(dist, 'web'), {
  recursive: true,
  filter: (path) => !/\/(node_modules|dist)$/.test(relative(root, path)),
})
