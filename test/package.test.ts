import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const project = mkdtempSync(join(tmpdir(), 'endcap-package-'))

const CONFIG = `import { count, defineShop, interactions, oneOf, view } from 'endcap'

const removals = view({
  name: 'cart_removals',
  from: interactions,
  key: ['sku'],
  tile: 'day',
  measures: { removals: count(oneOf('action', 'uncart')) },
  rowsPerKey: 9_000_000,
  retain: '90d',
  windows: { last_30d: { length: '30d' } },
})

export default defineShop({ timezone: 'Europe/London', views: [removals] })
`
const TSCONFIG = {
  compilerOptions: {
    module: 'nodenext',
    target: 'es2024',
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
  },
  include: ['endcap.config.ts'],
}

const run = (program: string, args: readonly string[], cwd = project) =>
  execFileSync(program, args, { cwd, encoding: 'utf8', stdio: 'pipe' })
const endcap = (...args: readonly string[]) => run(join(project, 'node_modules/.bin/endcap'), args)

describe('the package, installed into an empty project', () => {
  beforeAll(() => {
    run('npm', ['pack', '--pack-destination', project, '--loglevel=error'], root)
    const [tarball = ''] = readdirSync(project).filter((name) => name.endsWith('.tgz'))
    writeFileSync(join(project, 'package.json'), '{"name": "a-shop", "private": true, "type": "module"}\n')
    run('npm', ['install', `./${tarball}`, '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'])
    writeFileSync(join(project, 'endcap.config.ts'), CONFIG)
  }, 240_000)
  afterAll(() => rmSync(project, { recursive: true }))

  test('runs from its own Node: events in, a model out', () => {
    endcap(...'generate --products 40 --customers 30 --days 20 --to events'.split(' '))
    endcap(...'import events --data-dir shop --consent all'.split(' '))
    endcap(...'backfill --data-dir shop'.split(' '))
    expect(endcap(...'train --data-dir shop'.split(' '))).toMatch(/model/)
  }, 120_000)

  test('takes the views of endcap.config.ts, which its types describe', () => {
    expect(endcap('compile', '--engine', 'spark')).toContain('removals')
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(TSCONFIG))
    run(join(root, 'node_modules/.bin/tsc'), [])
    writeFileSync(join(project, 'endcap.config.ts'), CONFIG.replace("tile: 'day'", "tile: 'week'"))
    expect(() => run(join(root, 'node_modules/.bin/tsc'), [])).toThrow()
  }, 60_000)
})
