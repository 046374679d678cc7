import type { Answer } from '../fake-service.ts'

/** An error as Databricks' REST APIs say it. */
export const failure = (status: number, code: string, message: string): Answer => ({
  status,
  body: { error_code: code, message },
})
