import type { StackSettings } from '../../catalog/stack-settings.ts'
import type { KafkaLogin } from '../../compile/flink/kafka-login.ts'
import { EndcapError } from '../../core/errors.ts'

/**
 * What the job's tables tell Kafka and the registry. A table's text is written once, so it can hold a password, but no
 * token that has to be asked for again.
 * @throws EndcapError NOT_EXPRESSIBLE for tokens
 */
export function flinkLogin({ kafka, registry }: StackSettings): {
  readonly login?: KafkaLogin
  readonly registryCredentials?: { readonly username: string; readonly password: string }
} {
  const { tls, sasl } = kafka
  if (sasl?.mechanism === 'OAUTHBEARER') throw tokens('stack.kafka')
  const { credentials } = registry
  if (credentials !== undefined && 'token' in credentials) throw tokens('stack.registry')
  return {
    ...(tls === undefined && sasl === undefined
      ? {}
      : { login: { ...(tls === undefined ? {} : { tls }), ...(sasl === undefined ? {} : { sasl }) } }),
    ...(credentials === undefined ? {} : { registryCredentials: credentials }),
  }
}

const tokens = (setting: string) =>
  new EndcapError('NOT_EXPRESSIBLE', 'the tables of a Flink job cannot ask for tokens', {
    place: `endcap.config.ts, ${setting}`,
    remedy: 'Give Flink a name and a password, or a listener inside its own network.',
  })
