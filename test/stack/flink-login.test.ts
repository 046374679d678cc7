import { afterAll, beforeAll, expect, test } from 'vitest'
import { customers } from '../../src/catalog/events/customers.ts'
import { productActivity } from '../../src/catalog/views/product-activity.ts'
import { catalogDefinitions } from '../../src/cli/verification/definitions.ts'
import { openStatisticsLog } from '../../src/cli/verification/engines.ts'
import { naiveTiles } from '../../src/compile/inprocess/naive.ts'
import { planView } from '../../src/compile/plan.ts'
import { AnswerIndex } from '../../src/features/answer-rows.ts'
import { hostileEvents } from '../../src/features/hostile-events.ts'
import { FlinkCluster } from '../../src/features/stream/flink/flink-cluster.ts'
import { FlinkStatistics } from '../../src/features/stream/flink/flink-statistics.ts'
import { withProofStack } from './proof-stack.ts'
import { type SecuredBroker, startSecuredBroker, USER } from './secured-broker.ts'

const definitions = catalogDefinitions()
const plan = planView(productActivity, definitions.horizon)
const records = hostileEvents({ seed: 'login', events: 300, partitions: 1 }).filter(
  ({ topic }) => topic !== customers.name,
)

await withProofStack(
  (stack) => {
    let broker: SecuredBroker
    beforeAll(async () => {
      broker = await startSecuredBroker()
    }, 300_000)
    afterAll(() => broker?.stop(), 60_000)

    test('a job reads from and writes to a Kafka that asks for TLS and a password', async () => {
      const login = { tls: { ca: broker.ca }, sasl: { mechanism: 'SCRAM-SHA-512', ...USER } } as const
      const log = openStatisticsLog({ bootstrapBrokers: [broker.passwords], ...login })
      try {
        const cluster = new FlinkCluster(stack().flink)
        const options = { cluster, log, definitions: { ...definitions, views: [plan] } }
        const statistics = new FlinkStatistics({ ...options, topicPrefix: 'login.', partitions: 1, login })
        await statistics.createTopics()
        await statistics.append(records)
        await cluster.waitFinished(await statistics.start({ part: 'g1', until: 'untilNow' }))
        const expected = new AnswerIndex({ kind: 'tiles', rows: naiveTiles(plan, records) })
        const actual = { kind: 'tiles', rows: await statistics.tiles(plan) } as const
        expect(expected.differences(plan.view.name, actual)).toEqual([])
        expect(actual.rows.length).toBeGreaterThan(10)
      } finally {
        await log.close()
      }
    })
  },
  ['kafka', 'flink'],
)
