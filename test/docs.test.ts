import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ERRORS } from '../src/core/errors.ts'

const root = resolve(import.meta.dirname, '..')
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...globSync('{docs,src,test}/**/*.md', { cwd: root, exclude: ['**/node_modules', '**/dist'] }),
]

type Manifest = { readonly dependencies?: object; readonly devDependencies?: object }

describe('the documentation', () => {
  test('docs/errors.md is the error table', () => {
    const rows = Object.entries(ERRORS).map(
      ([code, { status, retryable, remedy }]) =>
        `| \`${code}\` | ${status} | ${retryable ? 'yes' : 'no'} | ${remedy} |`,
    )
    for (const row of rows) expect(read('docs/errors.md')).toContain(row)
    expect(read('docs/errors.md').match(/^\| `/gm)).toHaveLength(rows.length)
  })

  test('docs/dependencies.md has a reason for every dependency', () => {
    const page = read('docs/dependencies.md')
    const names = ['.', 'src/web', 'test/browser', 'deploy/confluent', 'test/cloud/databricks-types'].flatMap(
      (folder) => {
        const { dependencies = {}, devDependencies = {} }: Manifest = JSON.parse(
          read(`${folder}/package.json`),
        )
        return [...Object.keys(dependencies), ...Object.keys(devDependencies)]
      },
    )
    expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([])
  })

  test.each(pages)('every link inside %s leads somewhere', (page) => {
    const links = [...read(page).matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g)].map(
      (match) => match[1] ?? '',
    )
    expect(links.filter((link) => !existsSync(resolve(root, dirname(page), link)))).toEqual([])
  })
})
