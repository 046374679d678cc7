import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { evaluateCommand } from './evaluate.ts'

const shared = resolve(import.meta.dirname, '../../../../shared/data')
const written: string[] = []

beforeEach(() => {
  written.length = 0
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0)
})
afterEach(() => {
  vi.restoreAllMocks()
})

const evaluate = async (...argv: readonly string[]): Promise<string> => {
  await evaluateCommand()
    .exitOverride()
    .parseAsync([...argv], { from: 'user' })
  return written.join('')
}

describe('endcap evaluate', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'endcap-'))
    const items = ['red mug', 'blue mug', 'green tea', 'black tea'].map(
      (title, index) => `${index + 1}\tB${index}\t${title}\t\t${1 + (index >> 1)}\n`,
    )
    writeFileSync(
      join(folder, 'items.tsv.gz'),
      gzipSync(`item_id\tasin\ttitle\tphrase\tattribute_ids\n${items.join('')}`),
    )
    writeFileSync(join(folder, 'sequences.txt.gz'), gzipSync('1 1 2 4 3\n2 2 1 3 4\n3 2 3\n'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))
  const small = (...more: readonly string[]) =>
    evaluate('--data', folder, '--protocol', 'leave-one-out', ...more)

  test('prints exactly one JSON object a model on stdout, with these fields in this order', async () => {
    const lines = (await small('--model', 'popular,affinity', '--json')).trimEnd().split('\n')
    expect(lines.length).toBe(2)
    const rows = lines.map((line): Record<string, unknown> => JSON.parse(line))
    expect(rows.map((row) => [row['model'], row['protocol'], row['users']])).toEqual([
      ['popular', 'leave-one-out', 2],
      ['affinity', 'leave-one-out', 2],
    ])
    for (const row of rows) {
      expect(Object.keys(row)).toEqual([
        'model',
        'protocol',
        'data',
        'users',
        'recall@5',
        'ndcg@5',
        'recall@10',
        'ndcg@10',
        'hit@10',
        'coverage@10',
        'seconds',
        'peak_mb',
      ])
      // one item is left when three of four are masked, and it is the target
      expect([row['recall@5'], row['ndcg@10'], row['hit@10'], row['coverage@10']]).toEqual([1, 1, 1, 0.5])
    }
  })

  test('prints a table for people', async () => {
    const [head = '', row = '', ...rest] = (await small('--model', 'frequency')).split('\n')
    expect(head.trim().split(/\s+/)).toContain('ndcg@10')
    expect(row.trim().split(/\s+/).slice(0, 3)).toEqual(['frequency', '1.0000', '1.0000'])
    expect(rest).toEqual([''])
  })

  test.each([
    [['--model', 'nonsense'], "no model 'nonsense'; known: popular, recent, frequency, item-knn, affinity"],
    [['--model', 'popular', '--protocol', 'next-click'], "no protocol 'next-click'; known: leave-one-out"],
    [['--model', 'popular', '--protocol', 'next-period'], 'next-period needs dates'],
    [['--model', 'popular', '--cutoff', '3'], '--cutoff goes with next-period alone'],
    [['--model', 'popular', '--cutoff', 'x'], "--cutoff 'x' is no day number"],
    [['--model', 'popular', '--format', 'excel'], "no format 'excel'; known: amazon-beauty, online-retail"],
  ])('%j is wrong usage', async (more, message) => {
    await expect(small(...more)).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining(message),
    })
  })
})

describe('figures on real data', () => {
  test('popular and personal frequency on Online Retail, next 30 days, as published', async (context) => {
    const data = join(shared, 'online-retail')
    if (!existsSync(data)) context.skip('../shared/data/online-retail is absent')
    const lines = await evaluate(
      '--data',
      data,
      '--protocol',
      'next-period',
      '--model',
      'popular,frequency',
      '--json',
    )
    const [popular, frequency] = lines.split('\n').map((line) => (line === '' ? {} : JSON.parse(line)))
    expect(popular).toMatchObject({
      users: 1387,
      'recall@10': expect.closeTo(0.1391, 4),
      'ndcg@10': expect.closeTo(0.1413, 4),
      'hit@10': expect.closeTo(0.6467, 4),
    })
    expect(frequency).toMatchObject({
      users: 1387,
      'recall@10': expect.closeTo(0.35, 4),
      'ndcg@10': expect.closeTo(0.3584, 4),
      'hit@10': expect.closeTo(0.8464, 4),
    })
  })

  test('affinity on Amazon Beauty: recall@10 of at least .119, ndcg@10 of at least .072, within 120 s', {
    timeout: 180_000,
  }, async (context) => {
    const data = join(shared, 'amazon-beauty')
    if (!existsSync(data)) context.skip('../shared/data/amazon-beauty is absent')
    const line = await evaluate(
      '--data',
      data,
      '--protocol',
      'leave-one-out',
      '--model',
      'affinity',
      '--json',
    )
    const row: Record<string, number> = JSON.parse(line)
    expect(row['users']).toBe(22_363)
    expect(row['recall@10']).toBeGreaterThanOrEqual(0.119)
    expect(row['ndcg@10']).toBeGreaterThanOrEqual(0.072)
    expect(row['seconds']).toBeLessThanOrEqual(120)
  })
})
