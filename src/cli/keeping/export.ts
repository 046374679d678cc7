import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { RecordValue } from '../../algebra/source.ts'
import { ERASED_TOPIC } from '../../event-log/contract/event-log.ts'
import { openShopLog } from '../embedded-shop.ts'
import { counted, type Report } from '../progress.ts'
import { makeFolder } from './files.ts'

export type ExportOptions = {
  readonly dataDir: string
  /** Folder to make. */
  readonly to: string
  readonly report?: Report
}

export type ExportCounts = {
  /** Records by topic; a topic without any has no file. */
  readonly topics: Readonly<Record<string, number>>
  /** All log records below it were written. */
  readonly logPosition: number
}

/** Characters gathered before they are written. */
const BLOCK_CHARACTERS = 1 << 20

/**
 * Writes the events that count as NDJSON, a file a topic, each in the order of the log; `import` reads them. Works
 * beside a server.
 *
 * @throws EndcapError DATA_FOLDER if there is no log, `to` is not empty or the disk fails
 */
export async function exportLog({ dataDir, to, report }: ExportOptions): Promise<ExportCounts> {
  const log = await openShopLog({ dataDir, readOnly: true })
  try {
    return await makeFolder(to, async (unfinished) => {
      const files = new Map<string, TopicFile>()
      let logPosition = 0
      try {
        for await (const records of log.read(0)) {
          for (const { topic, value } of records) {
            if (topic === ERASED_TOPIC) continue
            const file = files.get(topic) ?? new TopicFile(join(unfinished, `${topic}.ndjson`))
            files.set(topic, file)
            file.add(value)
          }
          logPosition += records.length
          report?.(`${counted(logPosition)} records`)
        }
      } finally {
        for (const file of files.values()) file.close()
      }
      const topics = Object.fromEntries([...files].map(([topic, { count }]) => [topic, count]))
      return { topics, logPosition }
    })
  } finally {
    await log.close()
  }
}

class TopicFile {
  count = 0
  readonly #descriptor: number
  #block = ''

  constructor(path: string) {
    this.#descriptor = openSync(path, 'w')
  }

  add(value: RecordValue): void {
    this.#block += `${JSON.stringify(value)}\n`
    this.count += 1
    if (this.#block.length >= BLOCK_CHARACTERS) this.#write()
  }

  close(): void {
    try {
      this.#write()
    } finally {
      closeSync(this.#descriptor)
    }
  }

  #write(): void {
    const bytes = Buffer.from(this.#block)
    this.#block = ''
    for (let written = 0; written < bytes.length; ) written += writeSync(this.#descriptor, bytes, written)
  }
}
