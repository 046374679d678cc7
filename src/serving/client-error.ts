import type { Socket } from 'node:net'
import { EndcapError } from '../core/errors.ts'
import { PROBLEM_MEDIA_TYPE, problemOf } from './problem.ts'

/** Answers what is not even HTTP, or did not arrive in time, and ends the connection. */
export function answerClientError(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const isLate = error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
  const problem = problemOf(
    isLate
      ? new EndcapError('TIMEOUT', 'the request did not arrive in time')
      : new EndcapError('BAD_REQUEST', 'the request is not HTTP, or its headers are too large'),
    '',
  )
  const body = JSON.stringify(problem)
  socket.end(
    [
      `HTTP/1.1 ${problem.status} ${isLate ? 'Request Timeout' : 'Bad Request'}`,
      `content-type: ${PROBLEM_MEDIA_TYPE}`,
      `content-length: ${Buffer.byteLength(body)}`,
      'connection: close',
      '',
      body,
    ].join('\r\n'),
  )
}
