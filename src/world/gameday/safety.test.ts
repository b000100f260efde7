import { expect, test } from 'vitest'
import { createSafetyWatch } from './safety.ts'

const rule = { errorShare: 0.1, p99Ms: 500 }

test('stops by errors once they are more than their share of the last second', () => {
  const watch = createSafetyWatch(rule)
  for (let i = 0; i < 100; i++) watch.note(i * 10, i % 10 === 0, false)
  expect(watch.check(999, 0)).toBeUndefined()
  watch.note(999, true, false)
  expect(watch.check(1000, 0)).toMatchObject({ kind: 'errors', atMs: 1000 })
  expect(watch.check(1000, 0)?.reason).toContain('the limit is 10 %')
})

test('forgets what is older than a second', () => {
  const watch = createSafetyWatch(rule)
  for (let i = 0; i < 50; i++) watch.note(i, true, true)
  expect(watch.check(100, 0)).toBeDefined()
  expect(watch.check(1100, 0)).toBeUndefined()
  for (let i = 0; i < 50; i++) watch.note(1200 + i, false, false)
  expect(watch.check(1300, 0)).toBeUndefined()
})

test('stops by answers that are slow, or do not come at all', () => {
  const slow = createSafetyWatch(rule)
  for (let i = 0; i < 300; i++) slow.note(i, false, i < 5)
  expect(slow.check(300, 0)).toMatchObject({ kind: 'latency' })
  const none = createSafetyWatch(rule)
  expect(none.check(700, 4)).toBeUndefined()
  expect(none.check(700, 5)).toMatchObject({ kind: 'latency' })
})

test('a few slow answers among many, and few answers at all, are no reason', () => {
  const watch = createSafetyWatch(rule)
  for (let i = 0; i < 900; i++) watch.note(i, false, i < 9)
  expect(watch.check(900, 0)).toBeUndefined()
  const few = createSafetyWatch(rule)
  for (let i = 0; i < 19; i++) few.note(i, true, false)
  expect(few.check(100, 0)).toBeUndefined()
})
