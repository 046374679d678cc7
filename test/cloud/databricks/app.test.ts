import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { ended } from './ended.ts'
import { PRINCIPAL, PRINCIPAL_SECRET } from './fake-identity.ts'
import { FakeWorkspace } from './fake-workspace.ts'
import { packedEndcap } from './packed-endcap.ts'

/** What Databricks Apps has. @source Databricks documentation, Databricks Apps environment; Node.js 22.16.0's own npm */
const PLATFORM = { node: '22.16.0', npm: '10.9.2' }

const root = resolve(import.meta.dirname, '..', '..', '..')
const source = join(root, 'deploy/databricks/app')
const folder = mkdtempSync(join(tmpdir(), 'endcap-app-'))
const app = join(folder, 'app')
const platform = join(folder, 'platform')
const path = [join(platform, 'node_modules/.bin'), process.env['PATH']].join(delimiter)

type AppFile = {
  readonly command: readonly string[]
  readonly env: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: string }[]
}
const file: AppFile = parse(readFileSync(join(source, 'app.yaml'), 'utf8'))

const withPlatform = { ...process.env, PATH: path }
const QUIET = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error']

/** Why the platform's Node cannot be had here; null if it is there now. */
async function missingPlatform(): Promise<string | null> {
  mkdirSync(platform)
  writeFileSync(join(platform, 'package.json'), '{"private": true, "allowScripts": {"node": true}}\n')
  const wanted = Object.entries(PLATFORM).map(([name, version]) => `${name}@${version}`)
  try {
    await ended('npm', ['install', ...wanted, ...QUIET], { cwd: platform })
    const found = await ended('node', ['--version'], { cwd: platform, env: withPlatform })
    return found.trim() === `v${PLATFORM.node}` ? null : `(Node ${found.trim()} came)`
  } catch {
    return `(Node ${PLATFORM.node} cannot be installed from the registry)`
  }
}
const missing = await missingPlatform()

/** As docs say it, then as the platform does it. */
async function install(): Promise<void> {
  cpSync(source, app, { recursive: true, filter: (from) => !/endcap\.tgz$|node_modules/.test(from) })
  await packedEndcap(app)
  await ended('npm', ['install', ...QUIET], { cwd: app, env: withPlatform })
}

/** A small shop with a model, in the volume as the training job leaves it. */
async function train(): Promise<void> {
  const shop = (...args: readonly string[]) => ended(join(root, 'endcap'), args, { cwd: folder })
  await shop(...'generate --products 60 --customers 60 --days 30 --to events'.split(' '))
  await shop(...'import events --data-dir shop --consent all'.split(' '))
  await shop(...'backfill --data-dir shop'.split(' '))
  await shop(...'train --data-dir shop'.split(' '))
  await shop(...'backup --data-dir shop --to volume/backups/b-1'.split(' '))
  writeFileSync(join(folder, 'volume/current.json'), '{"backup": "b-1", "files": []}')
  const made = await shop(...'keys create --data-dir vault --scope recommend --json'.split(' '))
  key = JSON.parse(made).key
}

/** What the proxy of the platform adds; who calls is somebody of the workspace. */
const FORWARDED = {
  authorization: 'Bearer of-the-workspace',
  'x-forwarded-user': '1234567890',
  'x-forwarded-email': 'somebody@example.com',
  'x-forwarded-preferred-username': 'somebody@example.com',
  'x-forwarded-host': 'endcap-api-1.aws.databricksapps.com',
  'x-real-ip': '192.0.2.1',
  'x-request-id': '00000000-0000-0000-0000-000000000001',
}

let workspace: FakeWorkspace
let key = ''
let started: ChildProcess | undefined
let said = ''
let port = 0

async function freePort(): Promise<number> {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** The command of app.yaml, not in a shell, with what the platform puts into the environment. */
async function start(): Promise<ChildProcess> {
  port = await freePort()
  const resources = new Map([
    ['serving-volume', workspace.volume.path],
    ['api-key', key],
  ])
  const own = file.env.map(
    ({ name, value, valueFrom }) => [name, value ?? resources.get(valueFrom ?? '')] as const,
  )
  const [program = '', ...args] = file.command.map((word) =>
    word.replaceAll('$DATABRICKS_APP_PORT', String(port)),
  )
  const env = {
    PATH: path,
    HOME: folder,
    TMPDIR: folder,
    DATABRICKS_APP_NAME: 'endcap-api',
    DATABRICKS_APP_URL: `https://${FORWARDED['x-forwarded-host']}`,
    DATABRICKS_WORKSPACE_ID: '1',
    DATABRICKS_HOST: workspace.url,
    DATABRICKS_APP_PORT: String(port),
    PORT: String(port),
    DATABRICKS_CLIENT_ID: PRINCIPAL,
    DATABRICKS_CLIENT_SECRET: PRINCIPAL_SECRET,
    ...Object.fromEntries(own),
  }
  said = ''
  const child = spawn(program, args, { cwd: app, env, stdio: ['ignore', 'pipe', 'pipe'] })
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => (said += text.toString()))
  return child
}

const ask = (where: string, init: RequestInit = {}) =>
  fetch(`http://127.0.0.1:${port}${where}`, { ...init, headers: { ...FORWARDED, ...init.headers } })
const post = (where: string, body: unknown, headers: Record<string, string> = { 'x-api-key': key }) =>
  ask(where, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  })

async function healthy(child: ChildProcess): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the app ended with ${child.exitCode}: ${said}`)
    const answer = await ask('/health/ready').catch(() => null)
    if (answer?.ok === true) return
    await sleep(100)
  }
}

describe.skipIf(missing !== null)(`the Databricks App, started as the platform does ${missing ?? ''}`, () => {
  beforeAll(async () => {
    workspace = await FakeWorkspace.start()
    workspace.volume.folder = join(folder, 'volume')
    await Promise.all([install(), train()])
    started = await start()
    await healthy(started)
  })
  afterAll(async () => {
    started?.kill('SIGKILL')
    await workspace?.close()
  })

  test('is installed by the Node of the platform, and brings its own', async () => {
    const node = await ended(join(app, 'node_modules/.bin/node'), ['--version'])
    const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    expect(node.trim()).toBe(`v${dependencies.node}`)
  })

  test('restores what the volume names, with the token of its service principal', () => {
    const paths = workspace.exchanges.map((one) => one.path)
    expect(paths[0]).toBe('/oidc/v1/token')
    expect(paths).toContain(`/api/2.0/fs/files${workspace.volume.path}/current.json`)
    expect(paths).toContain(`/api/2.0/fs/files${workspace.volume.path}/backups/b-1/log/data.mdb`)
    expect(workspace.exchanges.every(({ status }) => status === 200 || status === 206)).toBe(true)
  })

  test('recommends to who has the key, behind the platform’s login', async () => {
    expect(await (await ask('/health')).json()).toMatchObject({ status: 'ready' })
    const asked = { customer_id: readCustomer() }
    const answer = await post('/v1/recommendations', asked)
    expect(answer.status).toBe(200)
    const { items }: { items: readonly object[] } = JSON.parse(await answer.text())
    expect(items.length).toBeGreaterThan(0)
    expect(items[0]).toMatchObject({ sku: expect.any(String), score: expect.any(Number) })
    expect((await post('/v1/recommendations', asked, {})).status).toBe(401)
  })

  test('takes no events, which would be gone at its next start', async () => {
    expect((await post('/v1/events', [])).status).toBe(403)
  })

  test('says no secret, and ends well when the platform stops it; without a backup it says what is missing', async () => {
    if (started === undefined) throw new Error('bug: not started')
    started.kill('SIGTERM')
    const [code] = await once(started, 'exit')
    expect(code).toBe(0)
    expect(said).toContain('listening on')
    for (const secret of [key.slice(16), PRINCIPAL_SECRET]) expect(said).not.toContain(secret)
    rmSync(join(folder, 'volume/current.json'))
    started = await start()
    const [failed] = await once(started, 'exit')
    expect(failed).toBe(1)
    expect(said).toContain('DATA_FOLDER')
  })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Somebody of the generated shop. */
function readCustomer(): string {
  const [line = ''] = readFileSync(join(folder, 'events/customers.ndjson'), 'utf8').split('\n')
  const { customer_id }: { readonly customer_id: string } = JSON.parse(line)
  return customer_id
}
