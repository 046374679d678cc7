import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { catalog } from '../../../src/catalog/catalog.ts'
import { confluentDeployment } from '../../../src/cli/deploying/confluent/confluent-deployment.ts'
import { confluentFiles } from '../../../src/cli/deploying/confluent/files.ts'
import { writeFiles } from '../../../src/cli/deploying/rendered-folder.ts'
import { graphFaults } from './graph-faults.ts'
import { CONFIGS, recordedShop } from './recorded-shop.ts'

const here = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'endcap-pulumi-'))
afterAll(() => rmSync(folder, { recursive: true }))
const deployment = confluentDeployment(catalog, { partitions: 6 })

type Project = {
  readonly main: string
  readonly runtime: { readonly options: { readonly typescript: boolean } }
  readonly config: Readonly<Record<string, { readonly default?: unknown }>>
}
const project: Project = parse(readFileSync(join(here, 'Pulumi.yaml'), 'utf8'))

test('the defaults of Pulumi.yaml are settings that the program reads and takes', async () => {
  const read = `${readFileSync(join(here, 'src/settings.ts'), 'utf8')}${readFileSync(join(here, 'index.ts'), 'utf8')}`
  expect(Object.keys(project.config).filter((key) => !read.includes(`'${key}'`))).toEqual([])
  const defaults = Object.entries(project.config).flatMap(([key, { default: value }]) =>
    value === undefined ? [] : [[key, String(value)] as const],
  )
  const graph = await recordedShop(deployment, { ...CONFIGS.tableflow, ...Object.fromEntries(defaults) })
  expect(graphFaults(graph)).toEqual([])
  expect(graph.filter(({ type }) => type === 'TableflowTopic')).toHaveLength(6)
})

test('the program itself runs as Pulumi runs it: Node imports its entry as it is, over a rendered folder', () => {
  expect(project.runtime.options.typescript).toBe(false)
  writeFiles(folder, confluentFiles(deployment))
  const config = Object.fromEntries(
    Object.entries({ ...CONFIGS.none, rendered: folder }).map(([key, value]) => [
      `endcap-confluent:${key}`,
      value,
    ]),
  )
  const script = join(here, 'run-under-mocks.mjs')
  writeFileSync(
    script,
    `import * as pulumi from '@pulumi/pulumi'
let made = 0
await pulumi.runtime.setMocks({
  newResource: ({ name, inputs }) => { made += 1; return { id: name, state: inputs } },
  call: () => ({}),
}, 'endcap-confluent', 'test', false)
pulumi.runtime.setAllConfig(${JSON.stringify(config)})
const program = await import('./${project.main}')
await pulumi.runtime.disconnect()
console.log(JSON.stringify({ made, outputs: Object.keys(program).sort() }))
`,
  )
  try {
    const { stdout, stderr, status } = spawnSync(process.execPath, [script], { encoding: 'utf8' })
    expect(status, stderr).toBe(0)
    const { made, outputs } = JSON.parse(stdout)
    expect(made).toBeGreaterThan(100)
    expect(outputs).toEqual([
      'apiKafka',
      'apiRegistry',
      'bootstrapEndpoint',
      'clusterId',
      'computePoolId',
      'deployerFlink',
      'edgeKafka',
      'edgeRegistry',
      'environmentId',
      'flinkEndpoint',
      'organizationId',
      'schemaRegistryUrl',
    ])
  } finally {
    rmSync(script)
  }
})
