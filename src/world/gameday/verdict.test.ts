import { expect, test } from 'vitest'
import { createTallies } from './tally.ts'
import { judgeRun } from './verdict.ts'

/** A run of one service at 100 requests a second, then 200; `slow` and `failed` by second. */
function verdict(slow: readonly number[], failed: readonly number[] = []) {
  const perSecond = Float64Array.from({ length: 20 }, (_, t) => (t < 10 ? 100 : 200))
  const steps = createTallies({ intervalMs: 1000, steps: [{ step: 'search', perSecond }] })
  const [tally] = steps
  perSecond.forEach((rate, t) => {
    tally!.due[t] = rate
    tally!.sent[t] = rate
    tally!.failed[t] = failed[t] ?? 0
    tally!.answered[t] = rate - (failed[t] ?? 0)
    tally!.slow[t] = slow[t] ?? 0
  })
  const result = { steps } as unknown as Parameters<typeof judgeRun>[0]
  return judgeRun(result, [{ p99Ms: 100, errorShare: 0.01, peak: 100 }])[0]!
}

const from = (second: number, count: number) =>
  Array.from({ length: 20 }, (_, t) => (t >= second ? count : 0))

test('a service without slow answers or failures holds what was sent', () => {
  expect(verdict([])).toMatchObject({ broke: undefined, heldPerSecond: 200 })
})

test('breaks in the first window with more than a hundredth slow, at the rate of that window', () => {
  const { broke, heldPerSecond } = verdict(from(12, 150))
  expect(broke).toMatchObject({ atSecond: 13, what: 'latency', perSecond: 160 })
  expect(broke!.multipleOfPeak).toBeCloseTo(1.6, 12)
  // 100, 100, 200, 200 and 50 good answers are less than the window before: 100, 100, 100, 200, 200.
  expect(heldPerSecond).toBeCloseTo(140, 12)
})

test('breaks by failures, which are told first', () => {
  const { broke } = verdict(from(3, 10), from(3, 10))
  expect(broke).toMatchObject({
    atSecond: 4,
    what: 'errors',
    words: '2.5 % of its requests failed',
  })
})

test('a hundredth is not more than a hundredth, and single accidents are none', () => {
  expect(verdict(from(0, 1)).broke).toBeUndefined()
  expect(verdict([4]).broke).toBeUndefined()
})

test('what breaks in its first second held what was answered well in it', () => {
  expect(verdict(from(0, 70))).toMatchObject({ broke: { atSecond: 1 }, heldPerSecond: 30 })
})
