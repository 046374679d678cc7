import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, expect, test } from 'vitest'

const main = resolve(import.meta.dirname, '../main.ts')
const folder = mkdtempSync(join(tmpdir(), 'endcap-deploy-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const run = (...args: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'deploy', ...args], {
    cwd: folder,
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}
const outline = (out: string) => join(folder, out, 'confluent', 'deployment.json')

test('what is rendered is found right, and rendering it again changes nothing', () => {
  expect(run('render', '--out', 'live', '--datagen-from', '1764000000000')).toMatchObject({
    status: 0,
    stdout: '',
  })
  expect(run('check', '--out', 'live')).toMatchObject({ status: 0, stdout: '', stderr: 'nothing found\n' })
  const before = readFileSync(outline('live'), 'utf8')
  expect(run('render', '--out', 'live').status).toBe(0)
  expect(readFileSync(outline('live'), 'utf8')).toBe(before)
  expect(readdirSync(folder)).toEqual(['live'])
})

test('a planted error in the text of a statement makes the check fail, and names it', () => {
  cpSync(join(folder, 'live'), join(folder, 'planted'), { recursive: true })
  const statements = join(folder, 'planted', 'confluent', 'statements')
  const job = readdirSync(statements).find((name) => name.startsWith('endcap-job-g1-')) ?? ''
  const text = readFileSync(join(statements, job), 'utf8')
  writeFileSync(join(statements, job), text.replace('COUNT(*)', 'COUNT(PROCTIME())'))
  const { status, stdout } = run('check', '--out', 'planted', '--json')
  expect(status).toBe(1)
  expect(JSON.parse(stdout)).toEqual({
    platform: 'confluent',
    kind: 'fault',
    name: job.replace('.sql', ''),
    message: `'PROCTIME': there is no processing time`,
  })
})

test('a change that loses state is refused until it is named, and nothing is written before', () => {
  cpSync(join(folder, 'live'), join(folder, 'next'), { recursive: true })
  const text = readFileSync(outline('next'), 'utf8')
  writeFileSync(outline('next'), text.replace('"key": "order_id"', '"key": "sku"'))
  const refused = run('diff', '--before', 'live', '--after', 'next')
  expect(refused.status).toBe(1)
  expect(refused.stdout).toContain(`loss  confluent orders: its key was 'order_id' and is 'sku'`)
  expect(refused.stderr).toContain('STATE_LOSS')
  expect(refused.stderr).toContain('--allow-state-loss orders')
  expect(run('diff', '--before', 'live', '--after', 'next', '--allow-state-loss', 'orders').status).toBe(0)
  // Rendering over it would give the key back, which is a change of key as well.
  expect(run('render', '--out', 'next').status).toBe(1)
  expect(readFileSync(outline('next'), 'utf8')).toContain('"key": "sku"')
  expect(existsSync(join(folder, 'next.new'))).toBe(false)
})

test('wrong usage is told apart', () => {
  expect(run('diff').status).toBe(2)
  expect(run('render', '--partitions', '0').status).toBe(2)
  expect(run('check', '--out', 'nowhere')).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('BAD_INPUT_FILE'),
  })
})
