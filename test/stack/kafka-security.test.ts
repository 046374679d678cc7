import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { missingRequirements } from '../../src/cli/stack/requirements.ts'
import { KafkaAdmin } from '../../src/event-log/kafka/kafka-admin.ts'
import { KafkaProducer } from '../../src/event-log/kafka/kafka-producer.ts'
import { KafkaReader } from '../../src/event-log/kafka/kafka-reader.ts'
import type { KafkaConnection } from '../../src/event-log/kafka/kafka-types.ts'
import { type SecuredBroker, startSecuredBroker, USER } from './secured-broker.ts'

const missing = await missingRequirements(['kafka'])

let broker: SecuredBroker

beforeAll(async () => {
  if (missing.length === 0) broker = await startSecuredBroker()
}, 300_000)
afterAll(() => broker?.stop(), 60_000)

/** A token that the broker takes: unsigned, which only a test's broker allows. */
function token(subject: string, lifeSeconds: number): string {
  const now = Math.floor(Date.now() / 1000)
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({ alg: 'none' })}.${part({ sub: subject, iat: now - 10, exp: now + lifeSeconds })}.`
}

const withPassword = (
  mechanism: 'PLAIN' | 'SCRAM-SHA-512',
  password: string = USER.password,
): KafkaConnection => ({
  bootstrapBrokers: [broker.passwords],
  tls: { ca: broker.ca },
  sasl: { mechanism, username: USER.username, password },
  retries: 0,
})

const withToken = (lifeSeconds: number): KafkaConnection => ({
  bootstrapBrokers: [broker.tokens],
  tls: { ca: broker.ca },
  sasl: { mechanism: 'OAUTHBEARER', token: async () => token('shop', lifeSeconds) },
  retries: 0,
})

/** Makes a topic, writes to it and reads it back. */
async function roundTrip(connection: KafkaConnection, topic: string): Promise<(string | undefined)[]> {
  const [admin, producer, reader] = [
    new KafkaAdmin(connection),
    new KafkaProducer(connection),
    new KafkaReader(connection),
  ]
  try {
    await admin.createTopics([{ name: topic, partitions: 1 }])
    await producer.send([{ topic, partition: 0, key: 'k', value: 'hello', timestampMs: 1 }])
    const values: (string | undefined)[] = []
    for await (const { value } of reader.read({ topics: [topic] })) values.push(value?.toString())
    return values
  } finally {
    await Promise.all([admin.close(), producer.close(), reader.close()])
  }
}

async function listTopics(connection: KafkaConnection): Promise<readonly string[]> {
  const admin = new KafkaAdmin(connection)
  try {
    return await admin.listTopics()
  } finally {
    await admin.close()
  }
}

const skipped = missing.map(({ name, reason }) => `${name}: ${reason}`).join('; ')
describe.skipIf(missing.length > 0)(`a broker that asks who comes ${skipped}`, () => {
  test.each(['PLAIN', 'SCRAM-SHA-512'] as const)('lets in a name and a password by %s', async (mechanism) => {
    expect(await roundTrip(withPassword(mechanism), mechanism.toLowerCase())).toEqual(['hello'])
  })

  test('lets in a token by OAUTHBEARER', async () => {
    expect(await roundTrip(withToken(3600), 'oauth')).toEqual(['hello'])
  })

  test.each(['PLAIN', 'SCRAM-SHA-512'] as const)('turns a wrong password by %s away', async (mechanism) => {
    await expect(listTopics(withPassword(mechanism, 'wrong'))).rejects.toMatchObject({
      code: 'ENGINE_FAILED',
      message: expect.stringMatching(/authenticat/i),
    })
  })

  test('turns a token that is over away', async () => {
    await expect(listTopics(withToken(-5))).rejects.toMatchObject({ code: 'ENGINE_FAILED' })
  })

  test('is not trusted without its authority', async () => {
    const { tls: _, ...plain } = withPassword('PLAIN')
    await expect(listTopics({ ...plain, tls: {} })).rejects.toThrow(/self-signed|unable to (verify|get)/i)
    await expect(listTopics(plain)).rejects.toMatchObject({ code: 'ENGINE_FAILED' })
  })
})
