import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { buildPage, type Page } from './page-build.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

/** Copies the sources to where `--outDir` says, and counts how often. */
const BUILDER = `import { appendFileSync, cpSync } from 'node:fs'
appendFileSync('builds.txt', 'built ')
cpSync('shop', process.argv[process.argv.indexOf('--outDir') + 1], { recursive: true })
`

/** A package of a page whose one dependency is a builder in a folder of its own: no registry is asked. */
function webPackage(builder: string): string {
  const web = mkdtempSync(join(tmpdir(), 'endcap-page-'))
  folders.push(web)
  const write = (file: string, text: string): void => {
    mkdirSync(join(web, file, '..'), { recursive: true })
    writeFileSync(join(web, file), text)
  }
  const dependencies = { vite: 'file:builder' }
  write('package.json', JSON.stringify({ name: 'page', version: '1.0.0', dependencies }))
  write('builder/package.json', JSON.stringify({ name: 'vite', version: '1.0.0', type: 'module' }))
  write('builder/bin/vite.js', builder)
  write('shop/index.html', 'first')
  const packages = {
    '': { name: 'page', version: '1.0.0', dependencies },
    builder: { name: 'vite', version: '1.0.0' },
    'node_modules/vite': { resolved: 'builder', link: true },
  }
  write('package-lock.json', JSON.stringify({ name: 'page', version: '1.0.0', lockfileVersion: 3, packages }))
  return web
}

const build = (web: string): Promise<Page> => buildPage(web, () => {})
const pageOf = (page: Page): string =>
  page.kind === 'built' ? readFileSync(join(page.folder, 'index.html'), 'utf8') : page.reason

test('builds on first use, uses it again while the sources are the same, builds anew when they change', async () => {
  const web = webPackage(BUILDER)
  expect(pageOf(await build(web))).toBe('first')
  expect(await build(web)).toMatchObject({ kind: 'built', wasReused: true })
  writeFileSync(join(web, 'shop', 'page.test.ts'), 'tests are no source of the page')
  expect(await build(web)).toMatchObject({ kind: 'built', wasReused: true })
  writeFileSync(join(web, 'shop', 'index.html'), 'second')
  const [one, other] = await Promise.all([build(web), build(web)])
  expect([pageOf(one), pageOf(other)]).toEqual(['second', 'second'])
  expect(readFileSync(join(web, 'builds.txt'), 'utf8')).toBe('built built ')
})

test('says why there is no page where its packages cannot be installed, or it does not build', async () => {
  const web = webPackage(`throw new Error('no such colour')`)
  expect(pageOf(await build(web))).toMatch(/could not be built: `vite build` failed: .*no such colour/)
  writeFileSync(join(web, 'package-lock.json'), '{}')
  expect(pageOf(await build(web))).toMatch(/could not be built: `npm ci` failed/)
})
