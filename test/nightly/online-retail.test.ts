import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const data = join(root, '../shared/data/online-retail')
const folder = mkdtempSync(join(tmpdir(), 'endcap-nightly-'))
let server: ChildProcess | undefined

afterAll(() => {
  server?.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

const run = (...args: readonly string[]): Record<string, unknown> =>
  JSON.parse(execFileSync(join(root, 'endcap'), [...args, '--json'], { encoding: 'utf8' }))

async function recommend(url: string, body: object) {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${url}/v1/recommendations`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  })
  return response.json() as Promise<{
    readonly items: readonly {
      readonly sku: string
      readonly score: number
      readonly base: number
      readonly reasons: readonly { readonly contribution: number }[]
    }[]
  }>
}

test('the commands of the README, on all of Online Retail', async ({ skip }) => {
  if (!existsSync(data)) skip('../shared/data/online-retail is not here')
  const shop = join(folder, 'shop')
  expect(run('import', data, '--data-dir', shop, '--consent', 'all')).toMatchObject({ accepted: 544_672 })
  expect(run('backfill', '--data-dir', shop)).toMatchObject({ log_position: 544_672 })
  run('train', '--data-dir', shop)
  const child = spawn(join(root, 'endcap'), ['serve', '--data-dir', shop, '--port', '0', '--json'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  server = child
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  const { url }: { readonly url: string } = JSON.parse(line)
  const { items } = await recommend(url, { customer_id: '17850', limit: 10 })
  expect(new Set(items.map(({ sku }) => sku)).size).toBe(10)
  for (const { base, reasons, score } of items) {
    const sum = reasons.reduce((total, { contribution }) => total + contribution, base)
    expect(Math.abs(sum - score)).toBeLessThan(1e-6)
  }
}, 900_000)
