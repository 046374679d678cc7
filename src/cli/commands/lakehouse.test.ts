import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WAREHOUSE } from '../../../test/cloud/databricks/fake-warehouse.ts'
import { FakeWorkspace, TOKEN } from '../../../test/cloud/databricks/fake-workspace.ts'

const main = resolve(import.meta.dirname, '../main.ts')

describe('endcap lakehouse', () => {
  let workspace: FakeWorkspace
  let env: NodeJS.ProcessEnv
  const sent: string[] = []
  beforeAll(async () => {
    workspace = await FakeWorkspace.start()
    const { url } = workspace
    env = {
      ...process.env,
      DATABRICKS_HOST: url,
      DATABRICKS_TOKEN: TOKEN,
      DATABRICKS_WAREHOUSE_ID: WAREHOUSE,
    }
    workspace.warehouse.looks = 1
    workspace.warehouse.execute = async (sql, { schema }) => {
      sent.push(`${schema}: ${sql.split('\n')[0]}`)
      const columns = ['left_item', 'right_item', 'weight']
      return {
        columns: columns.map((name) => ({ name, type_name: name === 'weight' ? 'LONG' : 'STRING' })),
        rows: /^SELECT/.test(sql) ? [['mug', 'tea', '3']] : [],
      }
    }
  })
  afterAll(() => workspace.close())
  const lakehouse = (...args: readonly string[]) =>
    promisify(execFile)(process.execPath, [main, 'lakehouse', ...args, '--catalog', 'main'], { env })

  test('runs the scripts in their order, each statement in its schema', async () => {
    const { stderr } = await lakehouse('run', '--scripts', '30.pairs,10.silver')
    expect(sent[0]).toMatch(/^bronze: CREATE OR REPLACE TABLE `silver`\./)
    expect(sent.at(-1)).toMatch(/^silver: CREATE OR REPLACE TABLE `gold`\./)
    expect(stderr).toMatch(/10\.silver: \d+ statements[\s\S]*30\.pairs: \d+ statements/)
    expect(workspace.exchanges.find(({ method }) => method === 'POST')?.request).toMatchObject({
      catalog: 'main',
    })
  }, 180_000)

  test('prints gold as the engines give it', async () => {
    const { stdout } = await lakehouse('rows', 'succession_pairs')
    expect(JSON.parse(stdout)).toEqual({ left: 'mug', right: 'tea', weight: 3 })
    await expect(lakehouse('rows', 'nothing')).rejects.toThrow(/There are .*succession_pairs/)
  }, 180_000)

  test('cancels its statement when it is told to end', async () => {
    workspace.warehouse.execute = () => new Promise(() => {})
    const before = workspace.exchanges.length
    const child = spawn(
      process.execPath,
      [main, 'lakehouse', 'rows', 'succession_pairs', '--catalog', 'main'],
      {
        env,
      },
    )
    await expect.poll(() => workspace.exchanges.length, { timeout: 120_000 }).toBeGreaterThan(before + 1)
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([1, null])
    expect(workspace.warehouse.cancelled).toHaveLength(1)
  }, 180_000)

  test('says what is missing', async () => {
    const { DATABRICKS_WAREHOUSE_ID: _, ...bare } = env
    const run = promisify(execFile)(process.execPath, [main, 'lakehouse', 'run', '--catalog', 'main'], {
      env: bare,
    })
    await expect(run).rejects.toThrow(/DATABRICKS_WAREHOUSE_ID/)
  }, 180_000)
})
