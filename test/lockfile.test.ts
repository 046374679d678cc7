import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

type Lockfile = {
  readonly packages: Readonly<
    Record<string, { readonly version?: string; readonly optionalDependencies?: object }>
  >
}

test('the lock file holds the packages of every platform, so that `npm ci` works on each', () => {
  const lockfile: Lockfile = JSON.parse(
    readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'),
  )
  const missing = Object.entries(lockfile.packages).flatMap(([path, entry]) =>
    Object.keys(entry.optionalDependencies ?? {}).filter(
      (name) =>
        !(`node_modules/${name}` in lockfile.packages) &&
        !(`${path}/node_modules/${name}` in lockfile.packages),
    ),
  )
  expect(missing, 'run `npm run lock`').toEqual([])
})

test('the lock file names no registry', () => {
  const text = readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')
  expect(text.match(/"resolved": "http/g)).toBeNull()
})
