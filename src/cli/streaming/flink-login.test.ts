import { expect, test } from 'vitest'
import type { StackSettings } from '../../catalog/stack-settings.ts'
import { flinkLogin } from './flink-login.ts'

const settings = (more: Partial<StackSettings>): StackSettings => ({
  topicPrefix: 'shop.',
  kafka: { bootstrapBrokers: ['kafka:9093'] },
  registry: { url: 'https://registry' },
  flink: { gatewayUrl: 'http://gateway', jobManagerUrl: 'http://manager' },
  ...more,
})

test('gives passwords to the tables of the job, and nothing where nobody asks', () => {
  const sasl = { mechanism: 'PLAIN', username: 'shop', password: 'secret' } as const
  const credentials = { username: 'key', password: 'word' }
  expect(flinkLogin(settings({}))).toEqual({})
  expect(
    flinkLogin(
      settings({
        kafka: { bootstrapBrokers: ['kafka:9093'], tls: {}, sasl },
        registry: { url: 'https://registry', credentials },
      }),
    ),
  ).toEqual({ login: { tls: {}, sasl }, registryCredentials: credentials })
})

test('refuses tokens, saying whose', () => {
  const token = async () => 'abc'
  const kafka = { bootstrapBrokers: ['kafka:9093'], sasl: { mechanism: 'OAUTHBEARER', token } } as const
  const registry = { url: 'https://registry', credentials: { token } }
  for (const [more, place] of [
    [{ kafka }, 'stack.kafka'],
    [{ registry }, 'stack.registry'],
  ] as const) {
    expect(() => flinkLogin(settings(more))).toThrow(place)
  }
})
