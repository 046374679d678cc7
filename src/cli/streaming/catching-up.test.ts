import { expect, test } from 'vitest'
import { caughtUp } from './catching-up.ts'

/** A job that says these numbers, one after the other, then the last one for ever. */
function jobOf(...said: readonly (number | null)[]) {
  let asked = 0
  return {
    waitRunning: () => Promise.resolve(),
    pendingRecords: () => Promise.resolve(said[Math.min(asked++, said.length - 1)] ?? null),
    asked: () => asked,
  }
}

test('a job has caught up once it says so three times in a row', async () => {
  const job = jobOf(null, 0, 900_000, 100, null, 90, 80, 70, 60)
  await caughtUp(job, 'job', 100, 1)
  expect(job.asked()).toBe(8)
})

test('a job that ends instead says why', async () => {
  const job = { ...jobOf(5), waitRunning: () => Promise.reject(new Error('out of memory')) }
  await expect(caughtUp(job, 'job', 100, 1)).rejects.toThrow('out of memory')
})
