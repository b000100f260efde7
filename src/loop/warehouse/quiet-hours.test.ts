import { describe, expect, test } from 'vitest'
import type { Action } from '../../warehouse/index.ts'
import { untilQuietMs, whatToBuild } from './quiet-hours.ts'

const HOUR = 3_600_000
const at = (iso: string) => Date.parse(iso)

describe('untilQuietMs', () => {
  test.each([
    ['01:00-05:00', 'UTC', '2026-03-02T00:00:00Z', 1],
    ['01:00-05:00', 'UTC', '2026-03-02T01:00:00Z', 0],
    ['01:00-05:00', 'UTC', '2026-03-02T04:59:59Z', 0],
    ['01:00-05:00', 'UTC', '2026-03-02T05:00:00Z', 20],
    ['23:00-02:00', 'UTC', '2026-03-02T01:00:00Z', 0],
    ['23:00-02:00', 'UTC', '2026-03-02T12:00:00Z', 11],
    ['01:00-05:00', 'America/New_York', '2026-03-02T05:00:00Z', 1],
    // Clocks go forward at two: the night is an hour shorter.
    ['03:00-05:00', 'Europe/London', '2026-03-29T00:00:00Z', 2],
  ])('%s in %s at %s: %d h', (hours, timeZone, now, expected) => {
    expect(untilQuietMs(at(now), { hours, timeZone })).toBe(expected * HOUR)
  })

  test('without quiet hours it is always quiet', () => {
    expect(untilQuietMs(at('2026-03-02T12:00:00Z'), { timeZone: 'UTC' })).toBe(0)
  })
})

describe('whatToBuild', () => {
  const action = (actionId: string, kind: Action['kind'], saved: number, build: number) =>
    ({
      actionId,
      kind,
      predicted: {
        ...{ savedCpuMsPerDay: saved, upkeepCpuMsPerDay: 0, buildCpuMs: build, storageBytes: 1 },
      },
    }) as unknown as Action
  const actions = [
    action('dear', 'view', 24_000, 20_000),
    action('pays', 'view', 24_000, 9000),
    action('table', 'layout', 1000, 20_000),
    action('plan', 'plan', 1, 5000),
  ]
  const build = (now: string) =>
    whatToBuild(actions, at(now), { hours: '22:00-06:00', timeZone: 'UTC' })

  test('by day what pays until the evening is built, the rest waits and says why', () => {
    const { now, waiting } = build('2026-03-02T12:00:00Z')
    expect(now.map(({ actionId }) => actionId)).toEqual(['pays', 'plan'])
    expect(waiting.map(({ actionId }) => actionId)).toEqual(['dear', 'table'])
    expect(waiting[0]!.why).toContain('save 10000 ms')
  })

  test('the nearer the night, the less is built before it', () => {
    expect(build('2026-03-02T14:00:00Z').now.map(({ actionId }) => actionId)).toEqual(['plan'])
  })

  test('at night all is built', () => {
    expect(build('2026-03-02T23:00:00Z').waiting).toEqual([])
  })
})
