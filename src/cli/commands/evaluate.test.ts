import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
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
  written.length = 0
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
    [
      ['--model', 'nonsense'],
      "no model 'nonsense'; known: popular, recent, frequency, demographics, item-knn, ease, sessions, basket, affinity",
    ],
    [['--model', 'popular', '--protocol', 'guess'], "no protocol 'guess'; known: leave-one-out"],
    [['--model', 'popular', '--protocol', 'next-period'], 'next-period needs dates'],
    [['--model', 'popular', '--protocol', 'next-basket'], 'next-basket needs orders'],
    [['--model', 'popular', '--cutoff', '3'], '--cutoff goes with next-period alone'],
    [['--model', 'popular', '--strangers'], '--strangers goes with next-period alone'],
    [['--model', 'popular', '--protocol', 'next-period', '--cutoff', 'x'], "--cutoff 'x' is no day number"],
    [['--model', 'popular', '--format', 'excel'], "no format 'excel'; known: amazon-beauty, online-retail"],
  ])('%j is wrong usage', async (more, message) => {
    await expect(small(...more)).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining(message),
    })
  })
})

describe('what is measured beside the plain line', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'endcap-'))
    const at = (day: number) => Date.UTC(2026, 0, 1 + day)
    const orders = Array.from({ length: 40 }, (_, shopper) =>
      [0, 10, 20, 40, 50].flatMap((day, order) =>
        [0, 1].map((line_no) => ({
          order_id: `${shopper}-${order}`,
          line_no,
          customer_id: `c${shopper}`,
          sku: `s${(shopper % 4) + line_no * (order % 3)}`,
          quantity: 1,
          price_cents: 500,
          price_discount_cents: 0,
          currency: 'EUR',
          ordered_at: at(day),
        })),
      ),
    )
    const customers = Array.from({ length: 40 }, (_, shopper) => ({
      consent: {},
      customer_id: `c${shopper}`,
      birth_year: shopper % 2 === 0 ? 1950 : 1990,
      updated_at: at(0),
    }))
    const clicks = Array.from({ length: 30 }, (_, click) => ({
      event_id: `e${click}`,
      event: 'view_item',
      occurred_at: at(0) + 1000 * click,
      session_id: `v${Math.floor(click / 3)}`,
      payload: { items: [{ item_id: `s${click % 3}` }] },
    }))
    for (const [topic, records] of Object.entries({
      orders: orders.flat(),
      customers,
      clickstream: clicks,
    })) {
      writeFileSync(
        join(folder, `${topic}.ndjson`),
        records.map((record) => JSON.stringify(record)).join('\n'),
      )
    }
  })
  afterAll(() => rmSync(folder, { recursive: true }))
  const rowsOf = async (...more: readonly string[]): Promise<Record<string, unknown>[]> => {
    const text = await evaluate('--data', folder, ...more, '--json')
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
  }

  test('details: intervals hold the mean, the second model is compared with the first', async () => {
    const [first, second] = await rowsOf(
      ...['--protocol', 'next-period', '--model', 'popular,frequency', '--details'],
    )
    for (const row of [first, second]) {
      const [low, high] = (row?.['ndcg@10_interval'] ?? []) as number[]
      expect(low).toBeLessThanOrEqual(Number(row?.['ndcg@10']))
      expect(high).toBeGreaterThanOrEqual(Number(row?.['ndcg@10']))
    }
    expect(first?.['against']).toBe(undefined)
    expect(second?.['against']).toBe('popular')
    const [difference] = (second?.['ndcg@10_difference'] ?? []) as number[]
    expect(difference).toBeCloseTo(Number(second?.['ndcg@10']) - Number(first?.['ndcg@10']), 5)
  })

  test('slices, strangers, ties and cut-offs are lines of their own, and say which', async () => {
    const rows = await rowsOf(
      ...['--protocol', 'next-period', '--model', 'popular', '--cutoff', '30', '--cutoffs', '20,40'],
      ...['--slices', '--strangers', '--variants'],
    )
    expect(rows.map(({ variant }) => variant)).toEqual([
      undefined,
      'slice:light',
      'slice:warm',
      'slice:repeat',
      'slice:generation:boomer',
      'slice:generation:millennial',
      'tie-shuffled',
      'strangers',
      'cutoffs:20,40',
      'cutoff:20',
      'cutoff:40',
    ])
    expect(rows.map(({ users }) => users).slice(-4)).toEqual([40, 80, 40, 40])
  })

  test('next-basket asks for the last order, next-click for each step of the latest sessions', async () => {
    const [basket] = await rowsOf('--protocol', 'next-basket', '--model', 'basket')
    expect(basket).toMatchObject({ users: 40, 'hit@10': 1 })
    const [clicks] = await rowsOf('--protocol', 'next-click', '--model', 'sessions')
    expect(clicks).toMatchObject({ users: 2, 'recall@5': 1 })
  })

  test('a report is Markdown with drawings, HTML in one piece, and the lines as JSON', async () => {
    const report = join(folder, 'report')
    await rowsOf(
      ...['--protocol', 'next-period', '--model', 'popular,frequency', '--slices', '--report', report],
    )
    expect(readdirSync(report).sort()).toEqual([
      'plot-1.svg',
      'plot-2.svg',
      'report.html',
      'report.json',
      'report.md',
    ])
    const html = readFileSync(join(report, 'report.html'), 'utf8')
    expect(html.match(/<svg /g)?.length).toBe(2)
    expect(html).toContain('<td>frequency</td>')
    expect(readFileSync(join(report, 'report.md'), 'utf8')).toContain('## Accuracy')
    expect(JSON.parse(readFileSync(join(report, 'report.json'), 'utf8'))[0].model).toBe('popular')
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
})
