import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { evaluateCommand } from '../../src/cli/commands/evaluate.ts'

const written: string[] = []
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'endcap-'))
})
afterAll(() => rmSync(folder, { recursive: true }))
beforeEach(() => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0)
})
afterEach(() => {
  vi.restoreAllMocks()
})

type Row = Readonly<Record<string, unknown>>

/** Lines of a command of docs/evaluation.md, without what names the folder and what the machine decides. */
async function evaluate(data: string, ...argv: readonly string[]): Promise<Row[]> {
  written.length = 0
  await evaluateCommand()
    .exitOverride()
    .parseAsync(['--data', join(folder, data), ...argv, '--json'], { from: 'user' })
  return written
    .join('')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const { data: name, seconds, peak_mb: memory, ...rest }: Row = JSON.parse(line)
      expect([name, typeof seconds, typeof memory]).toEqual([data, 'number', 'number'])
      return rest
    })
}

const files = (name: string, contents: Readonly<Record<string, string | Buffer>>): void => {
  mkdirSync(join(folder, name))
  for (const [file, content] of Object.entries(contents)) writeFileSync(join(folder, name, file), content)
}

const figureOf = (rows: readonly Row[], model: string, figure: string): number =>
  Number(rows.find((row) => row['model'] === model && row['variant'] === undefined)?.[figure])

describe('another Amazon category', () => {
  // Who begins in a family of six goes round it, in the order of its items, and stops before the last one.
  const users = Array.from({ length: 96 }, (_, user) => {
    const [family, first] = [user % 4, (user >> 2) % 6]
    return Array.from({ length: 5 }, (_item, step) => family * 6 + ((first + step) % 6) + 1)
  })
  const lines = users.map((items, user) => `${1000 + user} ${items.join(' ')}\n`).join('')
  const attributesOf = (item: number) => [100 + Math.ceil(item / 6), 7]

  test('gives the figures of its files, whatever they are called', async () => {
    files('garden', {
      'Patio_Lawn.txt': lines,
      'Patio_Lawn_item2attributes.json': JSON.stringify(
        Object.fromEntries(Array.from({ length: 24 }, (_, index) => [index + 1, attributesOf(index + 1)])),
      ),
    })
    const head = 'item_id\tasin\ttitle\tphrase\tattribute_ids\n'
    const items = Array.from(
      { length: 24 },
      (_, index) => `${index + 1}\t${index + 1}\t\t\t${attributesOf(index + 1).join(' ')}\n`,
    )
    files('as-beauty', {
      'sequences.txt.gz': gzipSync(lines),
      'items.tsv.gz': gzipSync(head + items.join('')),
    })
    const command = ['--protocol', 'leave-one-out', '--details'] as const
    const models = ['--model', 'popular,item-knn,sessions,affinity', '--variants'] as const
    const rows = await evaluate('garden', ...command, ...models)
    expect(rows.map(({ model, variant }) => [model, variant])).toEqual([
      ...['popular', 'item-knn', 'sessions', 'affinity'].map((model) => [model, undefined]),
      ...['popular', 'item-knn', 'sessions', 'affinity'].map((model) => [model, 'refit']),
    ])
    // The next one of the family is first of all.
    expect(figureOf(rows, 'affinity', 'ndcg@5')).toBe(1)
    expect(figureOf(rows, 'popular', 'ndcg@5')).toBeLessThan(0.5)
    expect(await evaluate('as-beauty', ...command, ...models)).toEqual(rows)
    const full = await evaluate('garden', ...command, '--model', 'full')
    expect(figureOf(full, 'full', 'recall@5')).toBe(1)
    expect(await evaluate('as-beauty', ...command, '--model', 'full')).toEqual(full)
  })
})

describe('another set of baskets', () => {
  // Bread and butter one week, soap and salt the next, of four makes; the last basket is the other one again.
  const baskets = (user: number) => {
    const make = (user % 4) * 4
    const weeks = [
      [make, make + 1],
      [make + 2, make + 3],
    ]
    return Array.from({ length: 5 + (user % 3) }, (_, week) => weeks[(week + (user >> 2)) % 2])
  }
  const part = (from: number, to: number) =>
    Object.fromEntries(
      Array.from({ length: to - from }, (_, index) => [`u${from + index}`, baskets(from + index)]),
    )
  const text = JSON.stringify({ train: part(0, 120), validate: part(120, 140), test: part(140, 180) })

  test('gives the figures of its file, whatever it is called', async () => {
    files('corner-shop', { 'weekly_orders.json': text })
    files('as-carbo', { 'dc.json.gz': gzipSync(text) })
    const command = ['--protocol', 'next-basket', '--details'] as const
    const models = 'popular,recent,frequency,item-knn,ease,sessions,basket,full'
    const rows = await evaluate('corner-shop', ...command, '--model', models)
    expect(rows.map(({ model, users }) => [model, users])).toEqual(
      models.split(',').map((model) => [model, 40]),
    )
    for (const model of ['basket', 'full']) expect(figureOf(rows, model, 'ndcg@5')).toBe(1)
    expect(figureOf(rows, 'recent', 'ndcg@5')).toBeLessThan(0.7)
    expect(await evaluate('as-carbo', ...command, '--model', models)).toEqual(rows)
  })
})

describe('another shop whose orders have dates', () => {
  // Of twelve things everybody takes one every ten days, always the same; there are two regions.
  const orders = Array.from({ length: 60 }, (_, shopper) =>
    Array.from({ length: 20 }, (_order, index) => {
      const at = new Date(Date.UTC(2023, 4, 1 + index * 10 + (shopper % 10), 9, 30))
      const date = at.toISOString().slice(0, 19).replace('T', ' ')
      const own = (shopper >> 1) % 12
      return `${7000 + shopper * 20 + index},S${own},thing ${own},2,${date},3.5,${100 + shopper}.0,${shopper % 2 === 0 ? 'Spain' : 'Norway'}`
    }),
  ).flat()
  const header = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country'

  test('is asked for its own last 30 days, with the ablation', async () => {
    files('ironmonger', { 'online-retail.csv.gz': gzipSync(`${[header, ...orders].join('\n')}\n`) })
    const command = ['--protocol', 'next-period', '--details'] as const
    const rows = await evaluate('ironmonger', ...command, '--model', 'popular,frequency,full', '--ablate')
    expect(rows.map(({ model, variant, users }) => [model, variant, users])).toEqual([
      ['popular', undefined, 60],
      ['frequency', undefined, 60],
      ['full', undefined, 60],
      ...['history', 'demographics', 'affinity', 'season', 'discount'].map((driver) => [
        'full',
        `without:${driver}`,
        60,
      ]),
    ])
    expect(figureOf(rows, 'frequency', 'ndcg@10')).toBe(1)
    expect(figureOf(rows, 'full', 'ndcg@10')).toBe(1)
    expect(figureOf(rows, 'popular', 'ndcg@10')).toBeLessThan(0.6)
  })
})
