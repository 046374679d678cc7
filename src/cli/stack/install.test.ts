import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { installFolder, stackHome } from './home.ts'
import { engineFolder, isInstalled } from './install.ts'
import { readVersions } from './versions.ts'

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'endcap-install-'))
  vi.stubEnv('ENDCAP_STACK_HOME', folder)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true })
})

test('an install that was interrupted does not look complete', async () => {
  await mkdir(`${engineFolder('kafka')}.unfinished-7`, { recursive: true })
  expect(isInstalled('kafka')).toBe(false)
  await mkdir(engineFolder('kafka'))
  expect(isInstalled('kafka')).toBe(true)
})

test('the cache folder is given by ENDCAP_STACK_HOME, else by XDG_CACHE_HOME, else below the home folder', () => {
  expect(stackHome({ ENDCAP_STACK_HOME: '/s', XDG_CACHE_HOME: '/x' })).toBe('/s/endcap')
  expect(stackHome({ XDG_CACHE_HOME: '/x' })).toBe('/x/endcap')
  expect(stackHome({})).toMatch(/\/\.cache\/endcap$/)
})

test('the install folder is named after the pinned versions', () => {
  expect(installFolder('/home')).toMatch(/^\/home\/stack-[0-9a-f]{8}$/)
})

test('every part of every engine has one exact version', () => {
  const { mavenPlugin, mavenArchivePlugin, ...engines } = readVersions()
  const versions = [
    mavenPlugin,
    mavenArchivePlugin,
    ...Object.values(engines).flatMap((parts) => Object.values(parts)),
  ]
  expect(versions.filter((version) => !/^\d+(\.\d+)+(-[\d.]+)?$/.test(version))).toEqual([])
})
