import { describe, expect, it } from 'vitest'
import { type Panel, panelOf } from '../../../../core/panel.ts'
import { createRandom } from '../../../../core/random/random.ts'
import { gridOf } from '../grid.ts'
import { groupingsOf, oneGroup } from '../groupings.ts'
import { growthFactor, seasonShare, seasonState } from './base.ts'
import { looksBack, movingOccasions } from './look-back.ts'
import { lowRank } from './low-rank.ts'
import { expectSeason, seasonFeatureNames, seasonView, writeSeasonRow } from './rows.ts'
import { seasonStructure } from './structure.ts'

const WEEKS = { frequency: 'W', weekStart: 4 } as const

/** Stores × departments with a season a department, growth a store, and noise. */
function weeklyPanel(weeks: number, noise = 0.02, growth = 1.2): Panel {
  const random = createRandom('weeks')
  return panelOf(
    Array.from({ length: 40 }, (_, k) => ({
      id: `${k % 8}_${Math.floor(k / 8)}`,
      firstBucket: 2100,
      values: Float64Array.from({ length: weeks }, (_v, t) => {
        const season = 1 + 0.5 * Math.sin((2 * Math.PI * (t + 10 * Math.floor(k / 8))) / 52)
        const grown = t >= 52 && k % 8 === 3 ? growth : 1
        return (10 + k) * season * grown * (1 + noise * random.normal())
      }),
    })),
    WEEKS,
  )
}

describe('the low-rank part', () => {
  it('keeps a matrix of one direction and drops what is noise, either side the longer', () => {
    const random = createRandom('rank')
    for (const [rows, columns] of [
      [12, 30],
      [30, 12],
    ] as const) {
      const truth = new Float64Array(rows * columns)
      const noisy = new Float64Array(rows * columns)
      for (let k = 0; k < truth.length; k++) {
        truth[k] = Math.sin(Math.floor(k / columns)) * Math.cos((k % columns) / 3)
        noisy[k] = truth[k]! + 0.1 * random.normal()
      }
      const found = new Float64Array(truth.length)
      lowRank(noisy, rows, columns, 1, 0, found)
      const distance = (x: Float64Array) =>
        Math.sqrt(x.reduce((s, v, k) => s + (v - truth[k]!) ** 2, 0))
      expect(distance(found)).toBeLessThan(0.6 * distance(noisy))
      lowRank(truth, rows, columns, 1, 0, found)
      expect(distance(found)).toBeLessThan(1e-6)
    }
  })
})

describe('looking back a season', () => {
  const panel = weeklyPanel(60)
  const grid = gridOf(panel)
  const occasions = movingOccasions(panel, 52, panel.firstBucket[0]! + 120)
  const structure = seasonStructure(grid, [oneGroup(40)], 52, 60)
  const bucketOf = (slot: number) => panel.firstBucket[0]! + slot

  it('looks at the same week with a little of its neighbours', () => {
    const looks = looksBack(structure, bucketOf, [], 65, 0)
    expect(looks.map(({ slot }) => slot)).toEqual([13, 12, 14])
    expect(looks.reduce((s, { weight }) => s + weight, 0)).toBeCloseTo(1)
    expect(looksBack(structure, bucketOf, [], 65, 1)).toEqual([])
  })

  it('looks one season further back for the season before, also for slots seasons ahead', () => {
    const long = gridOf(weeklyPanel(130))
    const two = seasonStructure(long, [oneGroup(40)], 52, 130)
    const first = (t: number, back: 0 | 1) => looksBack(two, bucketOf, [], t, back)[0]?.slot
    for (const t of [135, 135 + 52, 135 + 104]) {
      expect([first(t, 0), first(t, 1)]).toEqual([83 - two.from, 31 - two.from])
    }
  })

  it('looks at what there is where the origin lies beyond the data', () => {
    for (const origin of [70, 400]) {
      const late = seasonStructure(grid, [oneGroup(40)], 52, origin)
      expect(late.slots).toBe(60)
      for (let t = origin; t < origin + 60; t++) {
        const looks = looksBack(late, bucketOf, occasions, t, 0)
        expect(looks.length).toBeGreaterThan(0)
        for (const { slot } of looks) expect(slot >= 0 && slot < late.slots).toBe(true)
      }
    }
  })

  it('compares the week before Easter with its like, and no other week with it', () => {
    const easter = occasions[0]!.map((bucket) => bucket - panel.firstBucket[0]!)
    const past = easter.findLast((slot) => slot < 60 && slot >= 0)!
    const next = easter.find((slot) => slot >= 60)!
    expect(looksBack(structure, bucketOf, occasions, next, 0)).toEqual([{ slot: past, weight: 1 }])
    const others = looksBack(structure, bucketOf, occasions, past + 52, 0)
    if (past + 52 !== next) expect(others.some(({ slot }) => slot === past)).toBe(false)
  })
})

describe('the expectation of a season', () => {
  it('finds the season shared by a department and the growth of a store', () => {
    const panel = weeklyPanel(91)
    const grid = gridOf(panel)
    const state = seasonState(grid, groupingsOf(panel), [], 52, 78)
    let error = 0
    let naive = 0
    for (let i = 0; i < 40; i++) {
      for (let t = 78; t < 91; t++) {
        const y = grid.values[i * grid.slots + t]!
        const said =
          state.structure.level[i]! * seasonShare(state, i, t) * growthFactor(state, i, t)
        error += Math.abs(said - y)
        naive += Math.abs(grid.values[i * grid.slots + t - 52]! - y)
      }
    }
    expect(error).toBeLessThan(0.75 * naive)
    const grown = growthFactor(state, 3, 80)
    expect(grown).toBeGreaterThan(growthFactor(state, 2, 80))
  })

  it('scales with the data and reads nothing from the origin on', () => {
    const panel = weeklyPanel(70)
    const grid = gridOf(panel)
    const large = { ...grid, values: grid.values.map((v) => 8 * v) }
    const changed = { ...grid, values: grid.values.slice() }
    for (let i = 0; i < 40; i++) {
      for (let t = 60; t < 70; t++) changed.values[i * 70 + t] = 1e6 * Math.sin(i + t)
    }
    const groupings = groupingsOf(panel)
    const [a, b, c] = [grid, large, changed].map((g) =>
      seasonView(g, seasonState(g, groupings, [], 52, 60)),
    )
    const names = seasonFeatureNames(a!.facts)
    const row = { expected: 0, unit: 0 }
    const rowOf = (view: typeof a) => {
      const columns = names.map(() => new Float32Array(1))
      expectSeason(view!, 7, 65, row)
      writeSeasonRow(view!, 7, 65, row.expected, columns, 0)
      return [...columns.map((column) => column[0]!), row.expected, row.unit]
    }
    const plain = rowOf(a)
    expect(plain).toHaveLength(names.length + 2)
    rowOf(b).forEach((value, k) => {
      expect(value).toBeCloseTo(plain[k]!, 5)
    })
    expect(rowOf(c)).toEqual(plain)
  })
})
