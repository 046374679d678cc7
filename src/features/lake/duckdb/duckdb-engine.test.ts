import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { contractDefinitions, engineContract } from '../../engine.contract.ts'
import { DuckDbEngine } from './duckdb-engine.ts'
import { DuckDbSession } from './duckdb-session.ts'

engineContract('DuckDB', () => DuckDbEngine.open())

test('carries hostile text through to the Parquet files unchanged', async () => {
  const text = 'it\'s "q\\uoted"\n\r\t\u2028 ß İ 👩‍👩‍👧 \u202e \u0001 \ufeff'
  const record = {
    topic: 'clickstream',
    partition: 2,
    offset: 7,
    loggedAt: 5,
    value: {
      event_id: 'e1',
      event: 'search',
      occurred_at: 5,
      session_id: 's1',
      payload: { search_term: text, extra: { [text]: text } },
    },
  }
  const folder = await mkdtemp(join(tmpdir(), 'endcap-test-'))
  const engine = await DuckDbEngine.open()
  try {
    await engine.load(contractDefinitions, [record])
    await engine.writeParquet(folder)
    expect((await readdir(folder)).toSorted()).toEqual([
      'clickstream.parquet',
      'customers.parquet',
      'orders.parquet',
    ])
    using session = await DuckDbSession.open()
    const rows = await session.rows(
      `SELECT payload.search_term AS term, map_keys(payload.extra)[1] AS name, log_offset, customer_id ` +
        `FROM read_parquet('${join(folder, 'clickstream.parquet')}')`,
    )
    expect(rows).toEqual([{ term: text, name: text, log_offset: 7, customer_id: null }])
  } finally {
    await engine.close()
    await rm(folder, { recursive: true, force: true })
  }
})
