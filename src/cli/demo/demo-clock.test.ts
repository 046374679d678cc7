import { expect, test } from 'vitest'
import { DAY_MS } from '../../core/duration.ts'
import { demoClock } from './demo-clock.ts'

const NOW = Date.UTC(2026, 0, 31)

function ticking(): { readonly clock: () => number; readonly wait: (ms: number) => void } {
  let now = NOW
  return {
    clock: () => now,
    wait: (ms) => {
      now += ms
    },
  }
}

test('a shop of the past goes on from its newest event, at the pace of real time', () => {
  const { clock, wait } = ticking()
  const newestAt = Date.UTC(2011, 11, 9, 12)
  const shopClock = demoClock(newestAt, clock)
  expect(shopClock()).toBe(newestAt)
  wait(1500)
  expect(shopClock()).toBe(newestAt + 1500)
})

test('a shop of today and an empty one have the real time', () => {
  const { clock } = ticking()
  expect(demoClock(NOW - DAY_MS, clock)()).toBe(NOW)
  expect(demoClock(0, clock)()).toBe(NOW)
})
