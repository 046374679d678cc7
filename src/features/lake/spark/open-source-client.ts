import { connections, DBSQLClient, thrift } from '@databricks/sql'

/** How to reach a Thrift server in HTTP mode. */
export type SparkConnection = {
  readonly host: string
  readonly port: number
  /** HTTP path, with a leading slash. */
  readonly path: string
}

const { TProtocolVersion, TSparkRowSetType } = thrift.TCLIService_types

/** Open-source Spark's HTTP mode lets anyone in, but reads only this scheme. */
const AUTHORIZATION = `Basic ${Buffer.from('endcap:endcap').toString('base64')}`

/**
 * The client of a Databricks SQL warehouse, adjusted to the Thrift server of open-source Spark.
 * Verified with @databricks/sql 2.1.0 against Spark 4.2.0; a real warehouse must not be spoken to through it.
 */
class OpenSourceClient extends DBSQLClient {
  readonly #provider: InstanceType<typeof connections.HttpConnection>
  readonly #adjusted = new WeakSet<object>()

  constructor(connection: SparkConnection) {
    super({ logger: { log: () => {} } })
    // 1. The client always speaks https; this server speaks http.
    this.#provider = new connections.HttpConnection({ ...connection, https: false }, this)
  }

  override async getConnectionProvider(): ReturnType<DBSQLClient['getConnectionProvider']> {
    return this.#provider
  }

  override async getDriver(): ReturnType<DBSQLClient['getDriver']> {
    const driver = await super.getDriver()
    if (this.#adjusted.has(driver)) return driver
    this.#adjusted.add(driver)

    const openSession = driver.openSession.bind(driver)
    driver.openSession = (request) =>
      openSession({
        // 3. The client names its protocol in a field of Databricks' own (client_protocol_i64), which this server
        //    does not read. Hive's field with V10 is the newest that both know.
        client_protocol: TProtocolVersion.HIVE_CLI_SERVICE_PROTOCOL_V10,
        ...(request.configuration === undefined ? {} : { configuration: request.configuration }),
      })

    const getResultSetMetadata = driver.getResultSetMetadata.bind(driver)
    driver.getResultSetMetadata = async (request) => {
      const metadata = await getResultSetMetadata(request)
      // 4. This server leaves the result format out; it sends columns.
      metadata.resultFormat ??= TSparkRowSetType.COLUMN_BASED_SET
      // 5. This server counts columns from 0, a warehouse from 1. Without this every value would silently slide
      //    one column to the left.
      const columns = metadata.schema?.columns ?? []
      if (columns.some(({ position }) => position === 0)) for (const column of columns) column.position += 1
      return metadata
    }
    return driver
  }
}

/** A connected client; the caller closes it. */
export async function connectOpenSourceClient(connection: SparkConnection): Promise<DBSQLClient> {
  const client = new OpenSourceClient(connection)
  // Errors reach the caller through the promise of the request; without a listener Node would end the process.
  client.on('error', () => {})
  await client.connect({
    ...connection,
    // 2. This server answers 500 to a bearer token: send user and password.
    authType: 'custom',
    provider: { authenticate: async () => ({ Authorization: AUTHORIZATION }) },
    telemetryEnabled: false,
    retryMaxAttempts: 1,
  })
  return client
}
