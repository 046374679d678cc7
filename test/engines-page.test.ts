import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { catalog } from '../src/catalog/catalog.ts'
import { shopperLastSeen } from '../src/catalog/views/shopper-last-seen.ts'
import { planView } from '../src/compile/plan.ts'

const root = join(import.meta.dirname, '..')
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const page = read('docs/engines.md')

/** Files that the page quotes, each with the block that follows: `<!-- lines of FILE -->`. */
const quotes = [...page.matchAll(/<!-- lines of (\S+) -->\n```\w+\n([\s\S]*?)\n```/g)].map(
  ([, file = '', block = '']) => ({ file, lines: block.split('\n') }),
)
const LEFT_OUT = /^\s*(?:--|\/\/) \.\.\. (\d+) lines \.\.\.$/

test('docs/engines.md quotes a view and what each engine makes of it', () => {
  expect(quotes.map(({ file }) => file)).toEqual([
    'src/catalog/views/shopper-last-seen.ts',
    'src/compile/inprocess/naive.ts',
    'test/golden/duckdb/shopper_last_seen.tiles.sql',
    'test/golden/spark/shopper_last_seen.tiles.sql',
    'test/golden/flink-open-source/10.create-table.tiles.shopper_last_seen.57fe2cfe.sql',
    'test/golden/flink-open-source/18.job.sql',
  ])
})

test.each(quotes)('what the page quotes of $file is all of it but for the lines that it says', (quote) => {
  const lines = read(quote.file).trimEnd().split('\n')
  let at = 0
  for (const line of quote.lines) {
    const [, skipped] = LEFT_OUT.exec(line) ?? []
    if (skipped === undefined) expect(lines[at], `line ${at + 1}`).toBe(line)
    at += skipped === undefined ? 1 : Number(skipped)
  }
  expect(at).toBe(lines.length)
})

test('the plan on the page is that of the view', () => {
  const [, block = ''] = /<!-- the plan -->\n```json\n([\s\S]*?)\n```/.exec(page) ?? []
  const { tileName, viewKind, tileMs, measures } = planView(shopperLastSeen, catalog.horizon)
  const plan = {
    tileName,
    viewKind,
    tileMs,
    measures: measures.map(({ name, range }) => ({ name, range })),
  }
  expect(JSON.parse(block)).toEqual(plan)
})
