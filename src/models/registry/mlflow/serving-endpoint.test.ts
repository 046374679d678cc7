import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FakeWorkspace, TOKEN } from '../../../../test/cloud/databricks/fake-workspace.ts'
import { databricksWorkspace } from '../../../cli/databricks/workspace.ts'
import { serveVersion } from './serving-endpoint.ts'

const MODEL = 'main.shop.ranker'
const FAST = { pollMs: 1, timeoutMs: 5000 }

describe('an endpoint of Model Serving', () => {
  let workspace: FakeWorkspace
  beforeAll(async () => {
    workspace = await FakeWorkspace.start()
  })
  afterAll(() => workspace.close())
  const client = () => databricksWorkspace({ DATABRICKS_HOST: workspace.url, DATABRICKS_TOKEN: TOKEN })
  const serve = (endpoint: string, number: string, isMade = false) =>
    serveVersion(client(), { endpoint, model: MODEL, number, isMade }, FAST)
  const puts = () => workspace.exchanges.filter(({ method }) => method === 'PUT')

  test('takes another version with the size that it has, and is waited for; the same one again is no update', async () => {
    const entity = { name: 'ranker', entity_name: MODEL, entity_version: '1', workload_size: 'Medium' }
    workspace.serving.made('ranker', { ...entity, scale_to_zero_enabled: false, state: {} })
    await serve('ranker', '2')
    expect(puts().map(({ request }) => request)).toEqual([
      {
        served_entities: [
          { entity_name: MODEL, entity_version: '2', workload_size: 'Medium', scale_to_zero_enabled: false },
        ],
      },
    ])
    await serve('ranker', '2')
    expect(puts()).toHaveLength(1)
  })

  test('is made only if that is asked for', async () => {
    await expect(serve('fresh', '1')).rejects.toMatchObject({
      code: 'NOT_FOUND',
      remedy: expect.stringContaining('--create'),
    })
    await serve('fresh', '1', true)
    await serve('fresh', '1')
  })

  test('whose update fails, or is another’s just now, says so', async () => {
    workspace.serving.made('stuck', { entity_name: MODEL, entity_version: '1' })
    workspace.serving.isFailing = true
    await expect(serve('stuck', '2')).rejects.toMatchObject({
      message: expect.stringContaining('does not take version 2: UPDATE_FAILED'),
      remedy: expect.stringContaining('build logs'),
    })
    workspace.serving.isFailing = false
    const [first, second] = await Promise.allSettled([serve('stuck', '3'), serve('stuck', '4')])
    const refused = [first, second].find(({ status }) => status === 'rejected')
    expect(refused).toMatchObject({ reason: { remedy: expect.stringContaining('being updated already') } })
  })

  test('that does not come up is given up with its state', async () => {
    const late = serveVersion(
      client(),
      { endpoint: 'slow', model: MODEL, number: '1', isMade: true },
      { pollMs: 1, timeoutMs: 0 },
    )
    await expect(late).rejects.toMatchObject({
      code: 'TIMEOUT',
      message: expect.stringContaining('IN_PROGRESS'),
    })
  })
})
