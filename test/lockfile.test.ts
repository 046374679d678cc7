import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

type Lockfile = {
  readonly packages: Readonly<
    Record<string, { readonly version?: string; readonly optionalDependencies?: object }>
  >
}

const textOf = (folder: string): string =>
  readFileSync(join(import.meta.dirname, '..', folder, 'package-lock.json'), 'utf8')

describe.each(['.', 'src/web', 'test/browser', 'vision', 'deploy/confluent', 'test/cloud/databricks-types'])(
  'the lock file of %s',
  (folder) => {
    test('holds the packages of every platform, so that `npm ci` works on each', () => {
      const lockfile: Lockfile = JSON.parse(textOf(folder))
      const missing = Object.entries(lockfile.packages).flatMap(([path, entry]) =>
        Object.keys(entry.optionalDependencies ?? {}).filter(
          (name) =>
            !(`node_modules/${name}` in lockfile.packages) &&
            !(`${path}/node_modules/${name}` in lockfile.packages),
        ),
      )
      expect(missing, 'run `npm run lock`').toEqual([])
    })

    test('names no registry', () => {
      expect(textOf(folder).match(/"resolved": "http/g)).toBeNull()
    })
  },
)
