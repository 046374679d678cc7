import { createReadStream, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Answer, Asked } from '../fake-service.ts'
import { failure } from './failure.ts'

const FILES = '/api/2.0/fs/files'

/**
 * Files of one Unity Catalog volume, which lie in a folder here; read through the Files API, whole or a range of bytes.
 * @source Databricks documentation, Files API 2.0, download a file; RFC 9110, 14
 */
export class FakeVolume {
  /** `/Volumes/<catalog>/<schema>/<volume>`. */
  path = '/Volumes/main/models/serving'
  /** Where its files are; null: there is no volume. */
  folder: string | null = null

  async answer({ method, url, headers }: Asked): Promise<Answer | null> {
    if (!url.pathname.startsWith(`${FILES}/Volumes/`)) return null
    if (method !== 'GET') return failure(403, 'PERMISSION_DENIED', 'WRITE VOLUME')
    const asked = decodeURIComponent(url.pathname.slice(FILES.length))
    const file = this.#fileOf(asked)
    if (file === null) return failure(404, 'NOT_FOUND', `The file ${asked} does not exist.`)
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? []
    if (from === undefined || to === undefined) return { status: 200, body: readFileSync(file) }
    if (Number(from) >= statSync(file).size) return failure(416, 'INVALID_RANGE', `${headers.range}`)
    const parts: Buffer[] = []
    for await (const part of createReadStream(file, { start: Number(from), end: Number(to) }))
      parts.push(part)
    return { status: 206, body: Buffer.concat(parts) }
  }

  #fileOf(asked: string): string | null {
    if (this.folder === null || !asked.startsWith(`${this.path}/`) || asked.includes('..')) return null
    const file = join(this.folder, asked.slice(this.path.length))
    return statSync(file, { throwIfNoEntry: false })?.isFile() === true ? file : null
  }
}
