import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ADAPTERS, DOORS, LAYERS, PURE } from '../src/layers.ts'

const src = resolve(import.meta.dirname, '../src')
const files = globSync('**/*.{ts,tsx}', { cwd: src, exclude: ['**/node_modules', 'web/dist'] }).filter(
  (file) => !file.endsWith('.d.ts'),
)
const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s[^'"]*?from\s+['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g
const IO_MODULES = /^node:(fs|net|http|https|child_process|dgram|tls|dns)(\/|$)/

const isTest = (file: string) => /\.(test|contract)\.ts$/.test(file)
const layerOf = (file: string) => file.split('/')[0] ?? ''
const adapterOf = (file: string) => ADAPTERS.find((adapter) => file.startsWith(`${adapter}/`))

function importsOf(file: string): string[] {
  const text = readFileSync(join(src, file), 'utf8')
  return [...text.matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? '')
}

/** `{file, target}` with both relative to `src/`, for imports that stay inside it. */
function internalImports(file: string): string[] {
  return importsOf(file)
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => relative(src, resolve(src, dirname(file), specifier)))
}

function externalImports(file: string): string[] {
  return importsOf(file).filter((specifier) => !specifier.startsWith('.') && !specifier.startsWith('node:'))
}

const packageOf = (specifier: string) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')

describe('the layers of src/', () => {
  test('every folder is a declared layer', () => {
    const folders = new Set(files.filter((file) => file.includes('/')).map(layerOf))
    expect([...folders].filter((folder) => !(folder in LAYERS))).toEqual([])
  })

  test('arrows point upstream only', () => {
    const wrong = files
      .filter((file) => file.includes('/') && !isTest(file))
      .flatMap((file) => {
        const layer = layerOf(file) as keyof typeof LAYERS
        const allowed: readonly string[] = [layer, ...LAYERS[layer]]
        return internalImports(file)
          .filter((target) => target.includes('/') && !allowed.includes(layerOf(target)))
          .map((target) => `${file} -> ${target}`)
      })
    expect(wrong).toEqual([])
  })

  test('adapters are leaves that only cli wires', () => {
    const wrong = files
      .filter((file) => !isTest(file) && layerOf(file) !== 'cli')
      .flatMap((file) =>
        internalImports(file)
          .filter((target) => {
            const adapter = adapterOf(target)
            return adapter !== undefined && adapter !== adapterOf(file)
          })
          .map((target) => `${file} -> ${target}`),
      )
    expect(wrong).toEqual([])
  })

  test('pure folders do no I/O outside their adapters', () => {
    const wrong = files
      .filter(
        (file) => !isTest(file) && PURE.some((folder) => file.startsWith(`${folder}/`)) && !adapterOf(file),
      )
      .flatMap((file) =>
        importsOf(file)
          .filter((specifier) => IO_MODULES.test(specifier))
          .map((specifier) => `${file} -> ${specifier}`),
      )
    expect(wrong).toEqual([])
  })

  test('each dependency has one door', () => {
    const wrong = files
      .filter((file) => !isTest(file))
      .flatMap((file) =>
        externalImports(file)
          .map(packageOf)
          .filter((name) => {
            const doors: readonly string[] = DOORS[name as keyof typeof DOORS] ?? []
            return !doors.some((door) => file === door || file.startsWith(`${door}/`))
          })
          .map((name) => `${file} -> ${name}`),
      )
    expect(wrong).toEqual([])
  })

  test('files stay under 500 lines', () => {
    const long = files
      .map((file) => ({ file, lines: readFileSync(join(src, file), 'utf8').split('\n').length }))
      .filter(({ lines }) => lines > 500)
    expect(long).toEqual([])
  })
})
