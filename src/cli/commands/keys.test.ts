import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'

const main = join(import.meta.dirname, '..', 'main.ts')
const dataDir = join(mkdtempSync(join(tmpdir(), 'endcap-keys-')), 'shop')
afterAll(() => rmSync(join(dataDir, '..'), { recursive: true }))

const endcap = async (...words: readonly string[]) =>
  (await promisify(execFile)(process.execPath, [main, ...words, '--data-dir', dataDir])).stdout

const failure = (words: readonly string[]) =>
  endcap(...words).then(
    () => 'no failure',
    (error: { stderr: string; code: number }) => `${error.code} ${error.stderr}`,
  )

test('endcap keys makes, lists and revokes keys, and shows a secret once', async () => {
  const key = (await endcap('keys', 'create', '--scope', 'ingest, recommend', '--name', 'storefront')).trim()
  expect(key).toMatch(/^ek_[0-9a-f]{12}_[A-Za-z0-9_-]{43}$/)
  expect(statSync(join(dataDir, 'keys.json')).mode & 0o777).toBe(0o600)
  const id = key.slice(3, 15)
  const listed = await endcap('keys', 'list')
  expect(listed).toMatch(new RegExp(`^${id}  \\d{4}-\\d\\d-\\d\\d  active  ingest,recommend  storefront\\n$`))
  expect(listed).not.toContain(key.slice(16))
  await endcap('keys', 'revoke', id)
  expect(JSON.parse(await endcap('keys', 'list', '--json'))).toMatchObject({
    id,
    revoked_at: expect.any(Number),
  })
  expect(await failure(['keys', 'revoke', 'ffffffffffff'])).toMatch(/^1 .*NOT_FOUND/)
  expect(await failure(['keys', 'create', '--scope', 'everything'])).toMatch(/^2 .*not a list of ingest/)
})

test('endcap keys add lets a key in that was made elsewhere, from stdin, and not one that was revoked', async () => {
  const key = (await endcap('keys', 'create', '--scope', 'recommend')).trim()
  const elsewhere = join(dataDir, '..', 'elsewhere')
  const words = [main, 'keys', 'add', '--scope', 'recommend', '--name', 'app', '--data-dir']
  const added = (folder: string, input: string) =>
    spawnSync(process.execPath, [...words, folder], { input, encoding: 'utf8' })
  expect(added(elsewhere, `${key}\n`)).toMatchObject({
    status: 0,
    stdout: `key ${key.slice(3, 15)} is let in\n`,
  })
  expect(added(elsewhere, key).status).toBe(0)
  const { keys }: { keys: readonly unknown[] } = JSON.parse(
    readFileSync(join(elsewhere, 'keys.json'), 'utf8'),
  )
  const own: { keys: readonly { sha256: string }[] } = JSON.parse(
    readFileSync(join(dataDir, 'keys.json'), 'utf8'),
  )
  expect(keys).toMatchObject([{ name: 'app', scopes: ['recommend'], sha256: own.keys.at(-1)?.sha256 }])
  const wrong = added(elsewhere, `${key}x`)
  expect([wrong.status, wrong.stderr.includes(key)]).toEqual([2, false])
  await endcap('keys', 'revoke', key.slice(3, 15))
  expect(added(dataDir, key).stderr).toMatch(/FORBIDDEN.*was revoked/)
})

test('endcap serve refuses to be reached by others without keys', async () => {
  const empty = mkdtempSync(join(tmpdir(), 'endcap-nokeys-'))
  try {
    const words = [main, 'serve', '--data-dir', empty, '--host', '0.0.0.0', '--port', '0']
    const error: { code: number; stderr: string } = await promisify(execFile)(process.execPath, words).then(
      () => ({ code: 0, stderr: '' }),
      (failed) => failed,
    )
    expect(error.code).toBe(2)
    expect(error.stderr).toContain("without API keys it does not listen on '0.0.0.0'")
    expect(error.stderr).toContain(`endcap keys create --data-dir ${empty}`)
  } finally {
    rmSync(empty, { recursive: true })
  }
})
