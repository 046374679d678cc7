import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { catalog } from '../../catalog/catalog.ts'
import type { EventSink } from './event-sink.ts'
import { LineFile } from './line-file.ts'

/** `<topic>.ndjson` for each topic, one record a line. */
export function folderSink(folder: string): EventSink {
  mkdirSync(folder, { recursive: true })
  const files = new Map(
    catalog.sources.map(({ name }) => [name, new LineFile(join(folder, `${name}.ndjson`))]),
  )
  return {
    write: ({ topic, value }) => {
      files.get(topic)?.write(JSON.stringify(value))
      return undefined
    },
    finish: async () => {
      for (const file of files.values()) file.finish()
      return null
    },
    close: async () => {},
  }
}
