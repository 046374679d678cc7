import type { BaseOptions } from '@platformatic/kafka'
import type { KafkaConnection } from './kafka-types.ts'

/** What every client of a cluster is told. */
export function clientOptions(name: string, connection: KafkaConnection): BaseOptions {
  const { bootstrapBrokers, tls, sasl, retries = 10 } = connection
  return {
    clientId: `endcap-${name}`,
    bootstrapBrokers: [...bootstrapBrokers],
    retries,
    ...(tls === undefined ? {} : { tls: tls.ca === undefined ? {} : { ca: tls.ca }, tlsServerName: true }),
    ...(sasl === undefined ? {} : { sasl: { ...sasl } }),
  }
}
