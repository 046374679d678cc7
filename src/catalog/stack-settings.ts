import Type from 'typebox'

/** Where events lie and who counts: this process alone, or Kafka and Flink. */
export const PROFILES = ['embedded', 'stack'] as const
export type Profile = (typeof PROFILES)[number]

/** Where the engines of the profile `stack` are. Secrets are read from the environment by whoever writes this. */
export type StackSettings = {
  /** Before the name of every topic of the shop; `shop.`. */
  readonly topicPrefix: string
  /**
   * `given`: topics and schemas are made by an infrastructure (`deploy/confluent`), and an account that may only read and
   * write them is enough; they are checked at the start. Default: `made`, at the start if they are not there.
   */
  readonly topics?: 'made' | 'given'
  /** Of topics that are made. Default 6. */
  readonly partitions?: number
  readonly kafka: {
    /** `host:port` of at least one broker. */
    readonly bootstrapBrokers: readonly string[]
    /** Encrypts; `ca` is the PEM text of authorities beside those that Node trusts. */
    readonly tls?: { readonly ca?: string }
    readonly sasl?:
      | {
          readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512'
          readonly username: string
          readonly password: string
        }
      | { readonly mechanism: 'OAUTHBEARER'; readonly token: () => Promise<string> }
  }
  readonly registry: {
    /** Of the API that Confluent's registry has, without a closing slash. */
    readonly url: string
    readonly credentials?:
      | { readonly username: string; readonly password: string }
      | { readonly token: () => Promise<string> }
  }
  readonly flink: {
    /** SQL gateway REST, without a closing slash. */
    readonly gatewayUrl: string
    /** JobManager REST, without a closing slash. */
    readonly jobManagerUrl: string
  }
}

const closed = { additionalProperties: false }
const Url = Type.String({ pattern: '^https?://[^/]+.*[^/]$' })
const Password = { username: Type.String(), password: Type.String() }

export const StackShape = Type.Object(
  {
    topicPrefix: Type.String({ pattern: '^[A-Za-z0-9._-]{1,100}$' }),
    topics: Type.Optional(Type.Enum(['made', 'given'])),
    partitions: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
    kafka: Type.Object(
      {
        bootstrapBrokers: Type.Array(Type.String({ pattern: '^[^/,:]+:[0-9]+$' }), { minItems: 1 }),
        tls: Type.Optional(Type.Object({ ca: Type.Optional(Type.String()) }, closed)),
        sasl: Type.Optional(
          Type.Union([
            Type.Object(
              { mechanism: Type.Enum(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512']), ...Password },
              closed,
            ),
            Type.Object({ mechanism: Type.Literal('OAUTHBEARER'), token: Type.Unknown() }, closed),
          ]),
        ),
      },
      closed,
    ),
    registry: Type.Object(
      {
        url: Url,
        credentials: Type.Optional(
          Type.Union([Type.Object(Password, closed), Type.Object({ token: Type.Unknown() }, closed)]),
        ),
      },
      closed,
    ),
    flink: Type.Object({ gatewayUrl: Url, jobManagerUrl: Url }, closed),
  },
  closed,
)
