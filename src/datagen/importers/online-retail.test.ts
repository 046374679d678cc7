import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isOnlineRetail, type OnlineRetailLine, readOnlineRetail } from './online-retail.ts'

const HEADER = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'endcap-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const write = (...lines: readonly string[]) =>
  writeFileSync(join(folder, 'online-retail.csv.gz'), gzipSync(`${lines.join('\n')}\n`))

async function readAll(): Promise<OnlineRetailLine[]> {
  const lines: OnlineRetailLine[] = []
  for await (const line of readOnlineRetail(folder)) lines.push(line)
  return lines
}

test('gives raw lines: returns, guests, quoted text, prices to the penny', async () => {
  expect(isOnlineRetail(folder)).toBe(false)
  write(
    HEADER,
    '536365,85123A,"HEART, ""WHITE"" ",6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom',
    'C536379,D,Discount,-1,2010-12-01 09:41:00,27.5,14527.0,United Kingdom',
    'A563187,B,,1,2011-08-12 14:52:00,-11062.06,,EIRE',
    '550193,PADS,PADS,1,2011-04-15 09:27:00,0.001,13952.0,United Kingdom',
    '550194,X,x,1,2011-04-15 09:27:00,4.165,13952.0,United Kingdom',
  )
  expect(isOnlineRetail(folder)).toBe(true)
  const lines = await readAll()
  expect(lines[0]).toEqual({
    invoice: '536365',
    stockCode: '85123A',
    description: 'HEART, "WHITE"',
    quantity: 6,
    invoiceDateMs: Date.UTC(2010, 11, 1, 8, 26),
    unitPriceCents: 255,
    customerId: '17850',
    country: 'United Kingdom',
  })
  expect(
    lines.slice(1).map(({ quantity, unitPriceCents, customerId }) => [quantity, unitPriceCents, customerId]),
  ).toEqual([
    [-1, 2750, '14527'],
    [1, -1106206, null],
    [1, 0, '13952'],
    [1, 417, '13952'],
  ])
})

test('stops reading when the caller stops', async () => {
  write(HEADER, ...Array<string>(5000).fill('536365,A,a,1,2010-12-01 08:26:00,2.55,1.0,UK'))
  for await (const line of readOnlineRetail(folder)) {
    expect(line.stockCode).toBe('A')
    break
  }
})

test.each([
  [[HEADER.replace('Country', 'Land')], 'line 1: the header is not'],
  [[HEADER, '1,A,a,one,2010-12-01 08:26:00,2.55,1.0,UK'], "line 2: quantity 'one' is no whole number"],
  [[HEADER, '1,A,a,1,2010-13-01 08:26:00,2.55,1.0,UK'], "line 2: date '2010-13-01 08:26:00'"],
  [[HEADER, '1,A,a,1,2010-12-01 08:26:00,2.5.5,1.0,UK'], "line 2: price '2.5.5' is no decimal number"],
])('a file that cannot be read names the line: %#', async (lines, message) => {
  write(...lines)
  await expect(readAll()).rejects.toMatchObject({
    code: 'BAD_INPUT_FILE',
    message: expect.stringContaining(message),
  })
})

test('a file that is absent, no gzip, or ragged is said', async () => {
  await expect(readAll()).rejects.toMatchObject({ code: 'BAD_INPUT_FILE' })
  writeFileSync(join(folder, 'online-retail.csv.gz'), 'plain text')
  await expect(readAll()).rejects.toMatchObject({ code: 'BAD_INPUT_FILE' })
  write(HEADER, '1,A')
  await expect(readAll()).rejects.toMatchObject({ code: 'BAD_INPUT_FILE' })
})
