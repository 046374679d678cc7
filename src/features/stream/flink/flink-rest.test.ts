import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { flinkRequest, rootCause } from './flink-rest.ts'

const TRACE = `org.apache.flink.table.gateway.rest.RestHandlerException: Failed to fetch result.
	at org.apache.flink.table.gateway.A.b(A.java:1)
Caused by: org.apache.flink.table.gateway.SqlExecutionException: Failed to execute.
	... 1 more
Caused by: org.apache.calcite.SqlValidatorException: Column 'x' not found in any table
	at org.apache.calcite.C.d(C.java:2)
	... 17 more
`

test('the root cause is the innermost one, without its package', () => {
  expect(rootCause(TRACE)).toBe("SqlValidatorException: Column 'x' not found in any table")
})

test('a cause of several lines is one line', () => {
  expect(
    rootCause('Caused by: a.b.ParseException: Encountered "none"\nWas expecting:\n   <ID> ...\n\tat x.Y'),
  ).toBe('ParseException: Encountered "none" Was expecting: <ID> ...')
})

test('a trace without causes says its first line, a plain text itself', () => {
  expect(rootCause('java.lang.IllegalStateException: no\n\tat a.B')).toBe('IllegalStateException: no')
  expect(rootCause('Not found.')).toBe('Not found.')
})

test('an error answer becomes ENGINE_FAILED with the root cause; the stack stays with the cause', async () => {
  const server = createServer((_, response) => {
    response.writeHead(500).end(JSON.stringify({ errors: ['Internal server error.', TRACE] }))
  })
  const port = await new Promise<number>((listening) => {
    server.listen(0, '127.0.0.1', () => listening((server.address() as AddressInfo).port))
  })
  try {
    const error: unknown = await flinkRequest({ url: `http://127.0.0.1:${port}/`, what: 'try' }).catch(
      (e) => e,
    )
    expect(error).toMatchObject({
      code: 'ENGINE_FAILED',
      message: "flink: try: SqlValidatorException: Column 'x' not found in any table",
      cause: { stack: expect.stringContaining('RestHandlerException') },
    })
  } finally {
    server.close()
  }
})

test('nothing that answers is ENGINE_UNAVAILABLE', async () => {
  const error = flinkRequest({ url: 'http://127.0.0.1:1/', what: 'try' })
  await expect(error).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' })
})
