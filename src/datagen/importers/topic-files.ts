import { existsSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { RecordValue, Source } from '../../algebra/source.ts'
import { catalog } from '../../catalog/catalog.ts'
import { EndcapError } from '../../core/errors.ts'
import type { Consent, Imported, ImportFormat } from './import-format.ts'
import { jsonRows } from './rows.ts'
import { refusedAt } from './shape-check.ts'

/** Entities first, so that whoever reads the log from the start knows a product before it is bought. */
export const TOPICS: readonly string[] = catalog.sources
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
  for await (const each of jsonRows(path)) {
    const { line } = each
    if ('row' in each) {
      const value = topic === 'customers' ? withConsent(each.row, consent) : each.row
      yield { kind: 'event', topic, value }
    } else yield refusedAt({ file: basename(path), line, raw: each.raw }, topic, each.reason, null)
  }
}

const withConsent = (value: RecordValue, consent: Consent): RecordValue =>
  value['consent'] === undefined ? { ...value, consent: { ...consent } } : value
