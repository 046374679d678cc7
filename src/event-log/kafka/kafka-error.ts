import { MultipleErrors } from '@platformatic/kafka'
import { EndcapError } from '../../core/errors.ts'

/** The innermost messages: the client wraps what the broker said several times. */
function reasons(error: unknown): readonly string[] {
  if (error instanceof MultipleErrors) return error.errors.flatMap(reasons)
  if (!(error instanceof Error)) return [String(error)]
  return error.cause === undefined ? [error.message] : reasons(error.cause)
}

/** Runs one request. @throws EndcapError ENGINE_FAILED that says what was tried and what the broker answered. */
export async function kafkaRequest<T>(what: string, request: () => Promise<T>): Promise<T> {
  try {
    return await request()
  } catch (cause) {
    const because = [...new Set(reasons(cause))].join('; ')
    throw new EndcapError('ENGINE_FAILED', `${what}: ${because}`, { place: 'kafka', cause })
  }
}
