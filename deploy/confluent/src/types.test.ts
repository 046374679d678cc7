import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'

const here = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(here, 'planted-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('a planted error in the names and types of properties makes the type check fail', () => {
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: '../tsconfig.json', include: ['.'] }),
  )
  writeFileSync(
    join(folder, 'planted.ts'),
    `import * as confluent from '@pulumi/confluentcloud'

new confluent.FlinkComputePool('a', { displayName: 'a', cloud: 'AWS', region: 'r', max_cfu: 5, environment: { id: 'e' } })
new confluent.KafkaTopic('b', { topicName: 'b', partitionsCount: '6' })
new confluent.RoleBinding('c', { principal: 'User:sa-1', roleName: 'DeveloperRead' })
new confluent.TableflowTopics('d', {})
`,
  )
  const tsc = join(here, '../../node_modules/.bin/tsc')
  const { status, stdout } = spawnSync(tsc, ['--noEmit', '-p', folder], { encoding: 'utf8' })
  expect(status).not.toBe(0)
  for (const line of [3, 4, 5, 6]) expect(stdout).toMatch(new RegExp(`planted\\.ts\\(${line},`))
  expect(stdout).toContain('max_cfu')
  expect(stdout).toContain('crnPattern')
})
