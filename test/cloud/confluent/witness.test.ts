import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { PYTHON_SOURCES } from '../../../src/cli/python/python-environment.ts'
import { pythonOrSkip } from '../../models/python.ts'
import { missingOpenApi, OpenApiChecker } from '../openapi-checker.ts'
import { ENVIRONMENT, FakeFlinkGateway, KEY, ORGANIZATION, SECRET } from './fake-flink-gateway.ts'

const FILE = 'flink-gateway-v1.yaml'
const missing = missingOpenApi(FILE)

test('Confluent’s own client understands the fake: typed rows, a definition, a list', async (context) => {
  const bin = await pythonOrSkip(context, 'confluent')
  const gateway = await FakeFlinkGateway.start()
  try {
    const script = join(PYTHON_SOURCES, 'confluent_witness.py')
    const args = [script, gateway.url, ORGANIZATION, ENVIRONMENT, KEY, SECRET]
    const { stdout } = await promisify(execFile)(join(bin, 'python'), args, { timeout: 60_000 })
    expect(JSON.parse(stdout)).toEqual({
      columns: ['sku', 'views'],
      rows: [
        ['mug', 3],
        ['jug', null],
      ],
      // Its call for definitions deletes the statement once it is done.
      ddl: 'DELETED',
      listed: 1,
    })
    if (missing !== null) return
    const checker = OpenApiChecker.read(FILE)
    expect(gateway.exchanges.length).toBeGreaterThan(5)
    expect(gateway.exchanges.flatMap((exchange) => checker.breaches(exchange))).toEqual([])
  } finally {
    await gateway.close()
  }
})
