import { existsSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { EndcapError } from '../../core/errors.ts'
import type { Consent, Imported, ImportFormat, ImportInput } from './import-format.ts'
import { mappedEvents, tableRows } from './mapped-columns.ts'
import { TOPICS } from './topic-files.ts'

const isTable = (folder: string): boolean => existsSync(join(folder, '_delta_log'))

/**
 * A Delta table with columns of any names, or a folder of tables that are named after our topics: what
 * `endcap export --format delta` writes. The newest version is read.
 */
export const deltaFormat: ImportFormat = {
  name: 'delta',
  recognises: (path) => tablesIn(path).length > 0,
  read: async function* (path, consent, input = {}) {
    for (const folder of tablesIn(path)) yield* tableEvents(folder, consent, input)
  },
}

/** Entities before events. */
const tablesIn = (path: string): readonly string[] =>
  isTable(path) ? [path] : TOPICS.map((topic) => join(path, topic)).filter(isTable)

async function* tableEvents(folder: string, consent: Consent, input: ImportInput): AsyncGenerator<Imported> {
  const { tables } = input
  if (tables === undefined) {
    throw new EndcapError('BAD_INPUT_FILE', 'Delta tables can only be read by `endcap import`', {
      place: folder,
    })
  }
  const name = basename(resolve(folder))
  const topic = input.topic ?? (TOPICS.includes(name) ? name : undefined)
  const columns = await tables.columns(folder)
  yield* mappedEvents({
    path: folder,
    consent,
    input: topic === undefined ? input : { ...input, topic },
    columns,
    rows: tableRows(tables, folder),
  })
}
