import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { assertRequirements, missingRequirements } from './requirements.ts'

let folder = ''

/** A program that prints the text and ends with the code. */
async function program(path: string, text: string, code = 0): Promise<void> {
  const file = join(folder, path)
  await mkdir(join(file, '..'), { recursive: true })
  await writeFile(file, `#!/bin/sh\necho '${text}' >&2\nexit ${code}\n`)
  await chmod(file, 0o755)
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'endcap-requirements-'))
  await program('bin/java', 'openjdk version "17.0.15" 2025-04-15')
  await program('bin/mvn', 'Apache Maven 3.8.7')
  await program('bin/python3', '3.11')
  vi.stubEnv('PATH', `${folder}/bin`)
  vi.stubEnv('JAVA_HOME', '')
})

afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true })
})

test('a machine with JDK 17, Maven and Python lacks nothing', async () => {
  expect(await missingRequirements(['kafka', 'registry', 'flink', 'spark'])).toEqual([])
})

test('a program that is not there is named, with how to get it', async () => {
  await rm(join(folder, 'bin/mvn'))
  expect(await missingRequirements(['kafka'])).toEqual([
    {
      name: 'Maven',
      reason: expect.stringContaining("cannot run 'mvn'"),
      remedy: expect.stringContaining('apt-get install maven'),
    },
  ])
})

test('a Java that is too old is refused, also when JAVA_HOME names it', async () => {
  await program('old/bin/java', 'openjdk version "11.0.2" 2019-01-15')
  vi.stubEnv('JAVA_HOME', join(folder, 'old'))
  expect(await missingRequirements(['spark'])).toMatchObject([
    { name: 'JDK 17', reason: 'java is version 11, wanted is 17 or 21' },
  ])
})

test('Python without pip is refused, but only for engines that come from PyPI', async () => {
  await program('bin/python3', 'No module named pip', 1)
  expect(await missingRequirements(['kafka'])).toEqual([])
  expect(await missingRequirements(['flink'])).toMatchObject([
    { name: 'Python 3', reason: expect.stringContaining('No module named pip') },
  ])
})

test('everything that is missing is said at once', async () => {
  await rm(join(folder, 'bin/mvn'))
  await rm(join(folder, 'bin/python3'))
  await expect(assertRequirements(['flink'])).rejects.toMatchObject({
    code: 'ENGINE_UNAVAILABLE',
    message: expect.stringMatching(/engines flink: Maven is missing .*; Python 3 is missing/s),
    remedy: expect.stringMatching(/Install Maven.*Install Python/s),
  })
})
