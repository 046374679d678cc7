import type { DBSQLClient, DBSQLSession } from '@databricks/sql'
import { thrift } from '@databricks/sql'
import { EndcapError } from '../../../core/errors.ts'
import type { SqlConnection } from '../sql-connection.ts'
import { connectOpenSourceClient, type SparkConnection } from './open-source-client.ts'

export type { SparkConnection }

/** By column name. NULL is null; arrays, maps and structs are parsed; timestamps and dates are text. */
export type SparkRow = Readonly<Record<string, unknown>>

type Session = Pick<DBSQLSession, 'executeStatement' | 'close'>

const { TTypeId } = thrift.TCLIService_types

/** Types that the client turns into JS numbers although they may not fit. */
const WIDE_TYPES: ReadonlySet<unknown> = new Set([TTypeId.BIGINT_TYPE, TTypeId.DECIMAL_TYPE])

/** What Spark says, without the Java stack: `[DIVIDE_BY_ZERO] Division by zero ...`. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const response: unknown = 'response' in error ? error.response : undefined
  const text =
    typeof response === 'object' && response !== null && 'errorMessage' in response
      ? String(response.errorMessage)
      : error.message
  const [head = text] = text.split('\n\tat ')
  return head.replace(/^.*?Exception: (?=\[)/s, '').trim()
}

const failure = (what: string, cause: unknown): EndcapError =>
  new EndcapError('ENGINE_FAILED', `${what}: ${reasonOf(cause)}`, { place: 'spark', cause })

const shorten = (sql: string): string => {
  const line = sql.replace(/\s+/g, ' ').trim()
  return line.length > 200 ? `${line.slice(0, 200)}...` : line
}

/** One session of a Spark SQL server. Statements run one after the other. Close it after use. */
export class SparkSql implements SqlConnection {
  readonly #client: DBSQLClient
  readonly #session: Session

  constructor(client: DBSQLClient, session: Session) {
    this.#client = client
    this.#session = session
  }

  /**
   * All rows of one statement (no closing semicolon); a statement without rows gives none.
   * BIGINT and DECIMAL are exact JS integers.
   * @throws EndcapError ENGINE_FAILED with Spark's reason, or if a BIGINT or DECIMAL is no integer below 2^53 in
   * magnitude: cast such a column to STRING or DOUBLE in the statement
   */
  async query(sql: string): Promise<readonly SparkRow[]> {
    const rows: SparkRow[] = []
    for await (const chunk of this.chunks(sql)) rows.push(...chunk)
    return rows
  }

  /** The rows of one statement, chunk by chunk. @throws as `query` */
  async *chunks(sql: string): AsyncGenerator<readonly SparkRow[], void, undefined> {
    const what = `'${shorten(sql)}'`
    const operation = await this.#session.executeStatement(sql, { useCloudFetch: false }).catch((cause) => {
      throw failure(what, cause)
    })
    try {
      const schema = await operation.getSchema()
      const wide = (schema?.columns ?? [])
        .filter(({ typeDesc }) => WIDE_TYPES.has(typeDesc.types[0]?.primitiveEntry?.type))
        .map(({ columnName }) => columnName)
      do {
        const chunk = (await operation.fetchChunk()).map((row): SparkRow => ({ ...row }))
        assertExact(chunk, wide, what)
        yield chunk
      } while (await operation.hasMoreRows())
    } catch (cause) {
      throw cause instanceof EndcapError ? cause : failure(what, cause)
    } finally {
      // Closing an operation that has failed fails as well, and says nothing new.
      await operation.close().catch(() => {})
    }
  }

  async close(): Promise<void> {
    try {
      await this.#session.close()
    } finally {
      await this.#client.close()
    }
  }
}

function assertExact(rows: readonly SparkRow[], columns: readonly string[], what: string): void {
  for (const row of rows) {
    for (const column of columns) {
      const value = row[column]
      if (value === null || Number.isSafeInteger(value)) continue
      throw new EndcapError('ENGINE_FAILED', `${what}: ${String(value)} is no exact integer in JavaScript`, {
        place: `spark, column '${column}'`,
        remedy: 'Cast the column to STRING or DOUBLE in the statement.',
      })
    }
  }
}

/**
 * Connects and opens a session in UTC.
 * @throws EndcapError ENGINE_UNAVAILABLE if nothing answers there
 */
export async function connectSpark(connection: SparkConnection): Promise<SparkSql> {
  const client = await connectOpenSourceClient(connection)
  try {
    return new SparkSql(client, await client.openSession())
  } catch (cause) {
    await client.close().catch(() => {})
    const { host, port, path } = connection
    throw new EndcapError(
      'ENGINE_UNAVAILABLE',
      `no Spark answers at ${host}:${port}${path}: ${reasonOf(cause)}`,
      {
        place: 'spark',
        cause,
      },
    )
  }
}
