import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { catalog } from '../../../src/catalog/catalog.ts'
import { bundleFaults } from '../../../src/cli/deploying/databricks/bundle-faults.ts'
import { PLATFORMS } from '../../../src/cli/deploying/platforms.ts'
import { renderDeployment } from '../../../src/cli/deploying/render.ts'
import { missingPython } from '../../../src/cli/python/python-environment.ts'

const missing = await missingPython()
const root = resolve(import.meta.dirname, '../../..')

describe.skipIf(missing !== null)(`the bundle ${missing ?? ''}`, () => {
  const place = mkdtempSync(join(tmpdir(), 'endcap-bundle-'))
  const whole = join(place, 'whole')
  beforeAll(() => {
    cpSync(join(root, 'deploy/databricks'), join(whole, 'databricks'), { recursive: true })
    renderDeployment(join(whole, 'rendered'), PLATFORMS, { catalog, partitions: 6, allowed: [] })
  })
  afterAll(() => rmSync(place, { recursive: true, force: true }))

  const faultsOf = async (folder: string) => {
    const bundles = ['databricks', 'databricks/serving'].map((each) =>
      bundleFaults(join(folder, each), () => {}),
    )
    return (await Promise.all(bundles)).flat().map(({ name, message }) => `${name}: ${message}`)
  }

  test('has nothing that the workspace is known to refuse', async () => {
    expect(await faultsOf(whole)).toEqual([])
  })

  const lake = 'databricks/resources/lake.yml'
  const jobs = 'databricks/resources/lake-jobs.yml'
  const training = 'databricks/resources/training.yml'
  const app = 'databricks/resources/app.yml'
  const endpoint = 'databricks/serving/resources/endpoint.yml'
  const alerts = 'databricks/resources/alerts.yml'
  const main = 'databricks/databricks.yml'
  let copies = 0
  const planted = async (change: (folder: string) => void): Promise<string> => {
    copies += 1
    const folder = join(place, String(copies))
    cpSync(whole, folder, { recursive: true })
    change(folder)
    return (await faultsOf(folder)).join('\n')
  }

  test.each([
    ['an unknown field', jobs, 'max_concurrent_runs: 1', 'max_concurrent_run: 1', 'max_concurrent_run'],
    ['a word that is none', lake, 'volume_type: MANAGED', 'volume_type: MANAGD', 'MANAGD'],
    ['a privilege that is none', lake, 'privileges: [EXECUTE]', 'privileges: [EXECUT]', 'EXECUT'],
    ['a field that is missing', lake, '      name: landing\n', '', `'name'`],
    ['a boolean that is none', lake, 'prevent_destroy: true', 'prevent_destroy: maybe', 'maybe'],
    ['a file that is not there', jobs, '10.silver.sql', '11.silver.sql', '11.silver.sql'],
    [
      'a way that is not rendered',
      main,
      '(tableflow, connector)',
      '(tableflow, pigeon)',
      '00.bronze.pigeon.sql',
    ],
    ['a file that is not uploaded', main, '    - ../rendered/databricks\n', '', 'is not uploaded'],
    ['an hour that is none', jobs, '0 30 3 * * ?', '0 30 25 * * ?', '25 is not from 0 to 23'],
    ['a schedule of five fields', alerts, '0 20 * * * ?', '20 * * * *', 'has 5 fields'],
    ['a resource that is none', jobs, 'sql_warehouses.lake.id', 'sql_warehouses.sea.id', 'refers to nothing'],
    ['a variable that is none', alerts, '{var.catalog}', '{var.catalogue}', 'refers to nothing'],
    ['a task that is none', jobs, '{ task_key: bronze }', '{ task_key: bronce }', `waits for 'bronce'`],
    [
      'data that could be destroyed',
      lake,
      '{ prevent_destroy: true }',
      '{}',
      'is not kept from being destroyed',
    ],
    ['a size of no warehouse', lake, '2X-Small', '2XSmall', `'2XSmall' is no size`],
    [
      'a schema of another name',
      lake,
      'name: bronze',
      'name: brass',
      `bronze: is one of the rendering's schemas`,
    ],
    [
      'a parameter that is not given',
      jobs,
      'name: catalog, default',
      'name: cat, default',
      `reads ':catalog'`,
    ],
    [
      'an environment that is none',
      training,
      'environment_key: node\n          spark',
      'environment_key: nod\n          spark',
      `no environment 'nod'`,
    ],
    ['a task that is not there', training, 'train.py', 'trains.py', 'trains.py'],
    ['an App that is not there', app, '../app', '../application', 'application'],
    ['a permission that is none', app, 'READ_VOLUME', 'READ_VOLUMES', 'READ_VOLUMES'],
    ['a setting from nowhere', app, 'name: api-key', 'name: key', `'api-key', which the app is not given`],
    [
      'a route to nothing',
      endpoint,
      'served_model_name: ranker',
      'served_model_name: rank',
      `'rank', which is not served`,
    ],
    ['half of the traffic', endpoint, 'traffic_percentage: 100', 'traffic_percentage: 50', 'add up to 100'],
    ['a kind that is none', alerts, '  alerts:', '  alarms:', `'alarms' is no kind of resource`],
    ['two keys of one name', lake, '    bronze:\n', '    landing:\n', `the key 'landing' is there twice`],
    [
      'two targets by default',
      main,
      '    mode: production',
      '    default: true',
      'exactly one is the default',
    ],
  ])('%s is found', async (_name, path, was, is, words) => {
    const found = await planted((folder) => {
      const text = readFileSync(join(folder, path), 'utf8')
      expect(text).toContain(was)
      writeFileSync(join(folder, path), text.replace(was, is))
    })
    expect(found).toContain(words)
  })

  test('a file that is too large for a workspace is found', async () => {
    const found = await planted((folder) =>
      truncateSync(join(folder, 'rendered/databricks/sql/20.tiles.sql'), 11 * 1024 * 1024),
    )
    expect(found).toContain('of at most 10485760')
  })
})
