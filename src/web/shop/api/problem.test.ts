import { expect, test } from 'vitest'
import { ProblemError, problemOf, problemOfError } from './problem.ts'

test('reads a problem document', () => {
  const body = {
    title: 'no model',
    detail: 'no model yet',
    remedy: 'Train one.',
    code: 'NO_MODEL',
    request_id: 'r-1',
  }
  expect(problemOf(503, body)).toEqual({
    title: 'No model',
    detail: 'no model yet',
    remedy: 'Train one.',
    reference: 'NO_MODEL · r-1',
  })
})

test('whatever else an error answer is becomes a problem', () => {
  expect(problemOf(502, null)).toEqual({
    title: 'Status 502',
    detail: 'The server says no more.',
    remedy: null,
    reference: null,
  })
})

test('a server that is gone is told from an answer that says no', () => {
  expect(problemOfError(new TypeError('failed to fetch')).title).toBe('The shop does not answer')
  const problem = problemOf(404, { title: 'not found' })
  expect(problemOfError(new ProblemError(problem))).toBe(problem)
})
