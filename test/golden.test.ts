import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { catalogDefinitions } from '../src/cli/verification/definitions.ts'
import { confluentFaults } from '../src/compile/flink/confluent-lint.ts'
import { fileText, type SqlTarget, sqlFiles } from '../src/compile/sql-files.ts'

/** `ENDCAP_UPDATE_GOLDEN=1` writes the files instead of comparing; read the difference before committing it. */
const update = process.env['ENDCAP_UPDATE_GOLDEN'] === '1'
const root = join(import.meta.dirname, 'golden')

const TARGETS: Record<string, SqlTarget> = {
  duckdb: { engine: 'duckdb' },
  spark: { engine: 'spark' },
  databricks: { engine: 'spark', dialect: 'databricks' },
  'flink-open-source': { engine: 'flink', dialect: 'open-source' },
  'flink-confluent': { engine: 'flink', dialect: 'confluent' },
}

describe.each(Object.entries(TARGETS))('the SQL of the catalog for %s', (name, target) => {
  const folder = join(root, name)
  const files = sqlFiles(catalogDefinitions(), target)

  test('is the text that was read and committed', () => {
    if (update) {
      rmSync(folder, { recursive: true, force: true })
      mkdirSync(folder, { recursive: true })
      for (const { name: file, sql } of files) writeFileSync(join(folder, file), fileText(sql))
    }
    const golden = existsSync(folder) ? readdirSync(folder).toSorted() : []
    expect(files.map(({ name: file }) => file).toSorted()).toEqual(golden)
    for (const { name: file, sql } of files) {
      expect(fileText(sql), file).toBe(readFileSync(join(folder, file), 'utf8'))
    }
  })
})

describe('what is written for Confluent', () => {
  const files = sqlFiles(catalogDefinitions(), { engine: 'flink', dialect: 'confluent' })

  test.each(files)('$name has nothing that its dialect refuses', ({ sql }) => {
    expect(confluentFaults(sql)).toEqual([])
  })
})
