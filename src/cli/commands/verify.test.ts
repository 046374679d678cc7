import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { catalog } from '../../catalog/catalog.ts'

const run = promisify(execFile)
const main = join(import.meta.dirname, '../main.ts')

test('verify prints one line per view and engine, no mismatch, and exits 0', async () => {
  const { stdout, stderr } = await run(process.execPath, [
    main,
    'verify',
    '--engines',
    'inprocess,duckdb',
    '--events',
    '1500',
    '--json',
  ])
  const lines = stdout
    .trim()
    .split('\n')
    .map((line): Record<string, unknown> => JSON.parse(line))
  const compared = lines.filter((line) => 'mismatches' in line)
  // Every view and pair statistic, and the refusals, in both engines; batch views in DuckDB alone.
  const inBoth = catalog.views.length + catalog.pairs.length + catalog.streams.length
  expect(compared).toHaveLength(2 * inBoth + catalog.batchViews.length)
  for (const line of compared) {
    expect(Object.keys(line)).toEqual(['view', 'engine', 'against', 'events', 'rows', 'mismatches'])
    expect(line).toMatchObject({ against: 'naive', events: 1500, mismatches: 0 })
  }
  for (const line of lines.filter((line) => 'gap' in line)) {
    expect(Object.keys(line)).toEqual(['view', 'engine', 'gap', 'reason'])
  }
  expect(stderr).toContain('all engines agree')
}, 120_000)

test('an engine that nobody knows is wrong usage, exit 2', async () => {
  await expect(run(process.execPath, [main, 'verify', '--engines', 'oracle'])).rejects.toMatchObject({
    code: 2,
  })
})

test('compile writes one statement a file, in the order in which they run', async () => {
  const out = await mkdtemp(join(tmpdir(), 'endcap-sql-'))
  try {
    await run(process.execPath, [
      main,
      'compile',
      '--engine',
      'flink',
      '--dialect',
      'confluent',
      '--out',
      out,
    ])
    const files = (await readdir(out)).toSorted()
    expect(files[0]).toBe('01.alter-table.orders.sql')
    const job = files.at(-1) ?? ''
    expect(job).toMatch(/^[0-9]{2}\.job\.sql$/)
    expect(await readFile(join(out, job), 'utf8')).toMatch(/^EXECUTE STATEMENT SET BEGIN\nINSERT INTO /)
    const duckdb = run(process.execPath, [main, 'compile', '--engine', 'duckdb', '--dialect', 'confluent'])
    await expect(duckdb).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Dialects of duckdb'),
    })
  } finally {
    await rm(out, { recursive: true, force: true })
  }
})
