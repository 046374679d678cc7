import { createReadStream, existsSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'
import type { RecordValue, Source } from '../../algebra/source.ts'
import { catalog } from '../../catalog/catalog.ts'
import { EndcapError } from '../../core/errors.ts'
import type { Consent, Imported, ImportFormat } from './import-format.ts'

/** Entities first, so that whoever reads the log from the start knows a product before it is bought. */
const TOPICS = catalog.sources
  .toSorted((a, b) => Number(isEntity(b)) - Number(isEntity(a)))
  .map(({ name }) => name)
const ENDINGS = ['.ndjson', '.ndjson.gz'] as const

/** Versions of something carry when they became true; events when they happened. */
function isEntity(source: Source): boolean {
  return source.at === 'updated_at'
}

type TopicFile = { readonly topic: string; readonly path: string }

/** NDJSON files named after our topics, one record of the contract a line: what `endcap generate` writes. */
export const topicFilesFormat: ImportFormat = {
  name: 'ndjson',
  recognises: (path) => topicFiles(path).length > 0,
  read: readTopicFiles,
}

function topicFiles(path: string): readonly TopicFile[] {
  if (!existsSync(path)) return []
  if (!statSync(path).isDirectory()) {
    const topic = TOPICS.find((name) => ENDINGS.some((ending) => basename(path) === `${name}${ending}`))
    return topic === undefined ? [] : [{ topic, path }]
  }
  return TOPICS.flatMap((topic) =>
    ENDINGS.map((ending) => ({ topic, path: join(path, `${topic}${ending}`) })).filter((file) =>
      existsSync(file.path),
    ),
  )
}

async function* readTopicFiles(path: string, consent: Consent): AsyncGenerator<Imported> {
  const files = topicFiles(path)
  if (files.length === 0)
    throw new EndcapError('BAD_INPUT_FILE', `there are no NDJSON files of topics in '${path}'`)
  for (const file of files) yield* readTopicFile(file, consent)
}

async function* readTopicFile({ topic, path }: TopicFile, consent: Consent): AsyncGenerator<Imported> {
  const file = createReadStream(path)
  const input = path.endsWith('.gz') ? file.pipe(createGunzip()) : file
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })
  let line = 0
  try {
    for await (const text of lines) {
      line += 1
      if (text.trim() === '') continue
      const value = recordIn(text)
      yield value === null
        ? { kind: 'refused', topic, reason: 'bad_json', field: null, file: basename(path), line, raw: text }
        : { kind: 'event', topic, value: topic === 'customers' ? withConsent(value, consent) : value }
    }
  } catch (cause) {
    throw new EndcapError('BAD_INPUT_FILE', `cannot be read after line ${line}`, { place: path, cause })
  } finally {
    lines.close()
    file.destroy()
  }
}

const withConsent = (value: RecordValue, consent: Consent): RecordValue =>
  value['consent'] === undefined ? { ...value, consent: { ...consent } } : value

function recordIn(text: string): RecordValue | null {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : null
  } catch {
    return null
  }
}

const isRecord = (value: unknown): value is RecordValue =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
