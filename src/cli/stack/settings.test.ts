import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { assertPortsFree, freePortBase } from './port-check.ts'
import { PORT_BLOCK, PORTS_OF, stackEndpoints, stackPorts } from './settings.ts'

test('every listener has a port of its own inside the block', () => {
  const ports = stackPorts(20_000)
  const all = Object.values(PORTS_OF)
    .flat()
    .map((name) => ports[name])
  expect([...all].sort()).toEqual(Array.from({ length: PORT_BLOCK }, (_, offset) => 20_000 + offset))
})

test('endpoints follow from folder and ports', () => {
  expect(stackEndpoints('/run', stackPorts(19_092), 'secret')).toEqual({
    kafka: { bootstrapBrokers: ['127.0.0.1:19092'] },
    registry: { url: 'http://127.0.0.1:19098/apis/ccompat/v7' },
    flink: {
      jobManagerUrl: 'http://127.0.0.1:19095',
      gatewayUrl: 'http://127.0.0.1:19096',
      stateUri: 'file:///run/flink/data',
    },
    spark: {
      host: '127.0.0.1',
      port: 19_097,
      path: '/sql/1.0/warehouses/secret',
      warehouseFolder: '/run/spark/data/warehouse',
      filesFolder: '/run/spark/data/files',
    },
  })
})

test('a taken port is named; a block with a taken port is not offered', async () => {
  const base = await freePortBase()
  const server = createServer()
  await new Promise<void>((listening) => server.listen(base + 3, '127.0.0.1', listening))
  try {
    await expect(assertPortsFree(['kafka', 'flink'], stackPorts(base))).rejects.toThrow(
      `flink: port ${base + 3} (flinkRest) of 127.0.0.1 is taken`,
    )
    await assertPortsFree(['kafka', 'spark'], stackPorts(base))
    expect(await freePortBase()).not.toBe(base)
  } finally {
    server.close()
  }
})
