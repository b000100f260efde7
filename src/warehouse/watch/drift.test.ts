import { describe, expect, it } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import type { Workload } from '../types.ts'
import { driftBetween } from './drift.ts'
import { createRecorder } from './recorder.ts'
import { createTemplates } from './templates.ts'

const templates = createTemplates(100)

/** A period in which `count` statements are asked as `ask` draws them. */
function period(seed: number, count: number, ask: (u: number, v: number) => string): Workload {
  const recorder = createRecorder({ seed })
  const random = createRandom(`${seed} period`)
  for (let i = 0; i < count; i++) {
    const statement = templates.know(ask(random.next(), random.next()))
    recorder.observe(statement, { at: i, wallMs: 1, rowsReturned: 1 })
  }
  return recorder.workload()
}

const mix = (share: number, shift: number) => (u: number, v: number) =>
  u < share
    ? `SELECT a FROM t WHERE b > ${v + shift} AND c = 'k${Math.floor(5 * v)}'`
    : `SELECT b FROM t WHERE d < ${v}`

describe('driftBetween', () => {
  it('raises few alarms where nothing changed', () => {
    let alarms = 0
    for (let seed = 0; seed < 40; seed++) {
      const report = driftBetween(
        period(seed, 500, mix(0.5, 0)),
        period(1000 + seed, 300, mix(0.5, 0)),
        { seed, knobs: { 'warehouse.drift-distance': 0 } },
      )
      if (report.hasDrifted) alarms++
    }
    // Two tests at 1 % each over 40 trials: more than four alarms has a chance below 1 in 1,000.
    expect(alarms).toBeLessThanOrEqual(4)
  })

  it('sees templates that come and go, and shares that move', () => {
    const before = period(1, 500, mix(0.5, 0))
    expect(
      driftBetween(before, period(2, 500, mix(0.8, 0)), { seed: 1 }).templates.hasDrifted,
    ).toBe(true)
    const report = driftBetween(
      before,
      period(3, 500, () => 'SELECT c FROM t'),
      { seed: 1 },
    )
    expect(report.templates).toMatchObject({ distance: 1, hasDrifted: true })
    expect(report.appeared).toEqual([templates.know('SELECT c FROM t').template.fingerprint])
    expect(report.vanished).toHaveLength(2)
  })

  it('sees constants that move, and which', () => {
    const report = driftBetween(period(1, 500, mix(0.5, 0)), period(2, 500, mix(0.5, 0.6)), {
      seed: 1,
    })
    const [moved] = report.constants
    expect(moved).toMatchObject({ slot: 0, hasDrifted: true })
    expect(report.templates.hasDrifted).toBe(false)
    expect(report.constants.filter(({ hasDrifted }) => hasDrifted)).toHaveLength(1)
  })

  it('has nothing to say of empty periods', () => {
    const none: Workload = { templates: [], fromMs: 0, toMs: 0 }
    expect(driftBetween(none, period(1, 10, mix(1, 0)), { seed: 1 }).hasDrifted).toBe(false)
  })
})
