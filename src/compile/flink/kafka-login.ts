/** How a client of Kafka shows who it is, as a table can say it. */
export type KafkaLogin = {
  /** Encrypts; `ca` is the PEM text of authorities, else those that Flink's Java trusts. */
  readonly tls?: { readonly ca?: string }
  readonly sasl?: {
    readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512'
    readonly username: string
    readonly password: string
  }
}

/** The SQL connector has Kafka's classes under a name of its own. */
const SECURITY = 'org.apache.flink.kafka.shaded.org.apache.kafka.common.security'
const MODULES = {
  PLAIN: `${SECURITY}.plain.PlainLoginModule`,
  'SCRAM-SHA-256': `${SECURITY}.scram.ScramLoginModule`,
  'SCRAM-SHA-512': `${SECURITY}.scram.ScramLoginModule`,
} as const

/** Options of a table whose topics ask who comes; none if they do not. The password is in the table's text. */
export function loginOptions({ tls, sasl }: KafkaLogin = {}): Readonly<Record<string, string>> {
  if (tls === undefined && sasl === undefined) return {}
  const protocol = `${sasl === undefined ? '' : 'SASL_'}${tls === undefined ? 'PLAINTEXT' : 'SSL'}`
  return {
    'properties.security.protocol': protocol,
    ...(tls?.ca === undefined
      ? {}
      : {
          'properties.ssl.truststore.type': 'PEM',
          'properties.ssl.truststore.certificates': tls.ca,
        }),
    ...(sasl === undefined
      ? {}
      : {
          'properties.sasl.mechanism': sasl.mechanism,
          'properties.sasl.jaas.config': `${MODULES[sasl.mechanism]} required username=${quoted(sasl.username)} password=${quoted(sasl.password)};`,
        }),
  }
}

const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
