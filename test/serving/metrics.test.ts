import { mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { shopFolders } from '../../src/cli/embedded-shop.ts'
import { type RunningShop, serveShop } from '../../src/cli/serving/running-shop.ts'
import { silentLogger } from '../../src/core/logger.ts'
import { artefactFolder } from '../../src/models/registry/folder/artefact-folder.ts'
import { Metrics } from '../../src/serving/metrics/metrics.ts'
import { servedModel } from './served-model.ts'
import { clickOf, orderOf, productOf } from './shop-events.ts'

/** 100 s after the model of the contract was trained. */
const NOW = 1_764_000_100_000
const dataDir = mkdtempSync(join(tmpdir(), 'endcap-metrics-'))
let running: RunningShop
let version = ''

beforeAll(async () => {
  const models = artefactFolder(shopFolders(dataDir).models)
  version = (await models.publish(servedModel(1))).version
  await models.promote(version)
  running = await serveShop({
    dataDir,
    host: '127.0.0.1',
    port: 0,
    logger: silentLogger,
    clock: () => NOW,
    farewell: { lingerMs: 0, deadlineMs: 1000 },
  })
})
afterAll(async () => {
  await running.close()
  rmSync(dataDir, { recursive: true })
})

const post = (path: string, body: unknown) =>
  fetch(`${running.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

/** Samples by name and labels, as Prometheus would read them. */
async function scrape(): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(`${running.url}/metrics`)
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
  const lines = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  )
}

describe('GET /metrics', () => {
  test('tells of known traffic what became of it', async () => {
    await post('/v1/events', [
      productOf('mug', NOW),
      clickOf(1, NOW),
      clickOf(1, NOW),
      clickOf(2, NOW),
      orderOf(1, NOW),
      orderOf(2, NOW, { quantity: 1_000_000 }),
      { topic: 'ann@example.com', session_id: 'planted-session' },
    ])
    await post('/v1/recommendations', { customer_id: 'planted-customer' })
    await post('/v1/recommendations', { customer_id: 'not an id' })
    await fetch(`${running.url}/planted/path?customer_id=planted-customer`)
    const samples = await scrape()
    const duration = 'endcap_http_request_duration_seconds_count'
    const expected = {
      'endcap_events_accepted_total{topic="products"}': 1,
      'endcap_events_accepted_total{topic="clickstream"}': 2,
      'endcap_events_accepted_total{topic="orders"}': 1,
      'endcap_events_accepted_total{topic="customers"}': 0,
      'endcap_events_duplicate_total{topic="clickstream"}': 1,
      'endcap_events_refused_total{topic="orders",reason="out_of_range"}': 1,
      'endcap_events_refused_total{topic="none",reason="unknown_topic"}': 1,
      endcap_ready: 1,
      endcap_log_position: 4,
      endcap_applied_position: 4,
      endcap_dead_letters: 2,
      [`endcap_model_age_seconds{model="${version}"}`]: 100,
      [`${duration}{method="POST",route="/v1/events",status="200"}`]: 1,
      [`${duration}{method="POST",route="/v1/recommendations",status="200"}`]: 1,
      [`${duration}{method="POST",route="/v1/recommendations",status="400"}`]: 1,
      [`${duration}{method="GET",route="none",status="404"}`]: 1,
      endcap_http_requests_in_flight: 1,
    }
    expect(Object.fromEntries(Object.keys(expected).map((name) => [name, samples.get(name)]))).toEqual(
      expected,
    )
    expect(samples.get('endcap_checkpoint_lag_records')).toBeGreaterThanOrEqual(0)
    expect(samples.get('endcap_checkpoint_lag_records')).toBeLessThanOrEqual(4)
    expect(samples.get('endcap_process_memory_bytes{kind="rss"}')).toBeGreaterThan(1e7)
    expect([...samples.keys()].filter((name) => /planted|ann@|not an id/.test(name))).toEqual([])
  })

  test('sees the checkpoint catch up, and how late the event loop was', async () => {
    await expect.poll(async () => (await scrape()).get('endcap_checkpoint_lag_records')).toBe(0)
    const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
    await pause(50)
    const blockedUntil = performance.now() + 300
    while (performance.now() < blockedUntil);
    await pause(50)
    const late = (await scrape()).get('endcap_event_loop_delay_seconds{quantile="1"}')
    expect(late).toBeGreaterThan(0.2)
    expect(late).toBeLessThan(10)
  })

  test('is described in docs/operating.md, metric by metric', async () => {
    const metrics = new Metrics(() => {
      throw new Error('not asked')
    })
    const rows = metrics.described.map(({ name, type, help }) => `| \`${name}\` | ${type} | ${help} |`)
    metrics.close()
    const page = await readFile(new URL('../../docs/operating.md', import.meta.url), 'utf8')
    expect(page.match(/^\| `endcap_.*$/gm)).toEqual(rows)
  })
})
