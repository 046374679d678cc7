/** How a client shows who it is. */
export type KafkaCredentials =
  | {
      readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512'
      readonly username: string
      readonly password: string
    }
  | {
      readonly mechanism: 'OAUTHBEARER'
      /** Gives a token that is valid now; asked for each connection. */
      readonly token: () => Promise<string>
    }

/** How to reach a cluster. */
export type KafkaConnection = {
  /** `host:port` of at least one broker. */
  readonly bootstrapBrokers: readonly string[]
  /** Encrypts; `ca` is the PEM text of authorities beside those that Node trusts. Absent: plain text. */
  readonly tls?: { readonly ca?: string }
  readonly sasl?: KafkaCredentials
  /** Tries after the first one for requests that a busy broker refused. Default 10. */
  readonly retries?: number
}

export type TopicSpec = {
  readonly name: string
  readonly partitions: number
  /** Keeps the last record of each key for ever, instead of every record. */
  readonly compacted?: boolean
  /** Further topic settings by their Kafka names. */
  readonly config?: Readonly<Record<string, string>>
}

/** Per topic, by partition number, the offset of the next record. */
export type TopicOffsets = ReadonlyMap<string, readonly number[]>

export type KafkaHeaders = Readonly<Record<string, Buffer>>

export type KafkaRecord = {
  readonly topic: string
  /** Given, never hashed here: the same id must always lie in the same partition. */
  readonly partition: number
  readonly key: string | Uint8Array | null
  /** Null is a tombstone. */
  readonly value: string | Uint8Array | null
  /** Log time, epoch ms. */
  readonly timestampMs: number
  readonly headers?: KafkaHeaders
}

export type KafkaMessage = {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  /** Log time, epoch ms. */
  readonly timestampMs: number
  readonly key: Buffer | null
  /** Null is a tombstone. */
  readonly value: Buffer | null
  readonly headers: KafkaHeaders
}
