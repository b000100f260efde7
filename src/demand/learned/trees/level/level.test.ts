import { describe, expect, it } from 'vitest'
import { type Panel, panelOf } from '../../../../core/panel.ts'
import { createRandom } from '../../../../core/random/random.ts'
import { gridOf, type PanelGrid } from '../grid.ts'
import { knownReader, slotToBucket } from '../known.ts'
import { plainGrids } from '../plain-grid.ts'
import { levelFactNames, levelFacts, panelFacts, readLevelFacts } from './facts.ts'
import { levelOrigins, levelRows, slotFeatureNames } from './rows.ts'
import { levelSetting, weekProfile } from './setting.ts'

const CYCLE = { week: 7, year: 364 }

function dailyPanel(): Panel {
  const random = createRandom('days')
  return panelOf(
    Array.from({ length: 12 }, (_, i) => ({
      id: `p${i}`,
      firstBucket: 300 + 5 * i,
      values: Float64Array.from({ length: 120 - 5 * i }, (_v, t) =>
        random.next() < 0.3 ? 0 : Math.round((1 + i) * ((300 + 5 * i + t) % 7 === 1 ? 4 : 1)),
      ),
    })),
    { frequency: 'D' },
  )
}

function factsAt(grid: PanelGrid, origin: number, i: number) {
  const setting = levelSetting({ grid }, CYCLE, origin)
  const facts = levelFacts(setting.groupings)
  readLevelFacts(setting, panelFacts(setting, origin), i, facts)
  return { ...facts, names: levelFactNames(setting.groupings) }
}

describe('the facts of a series', () => {
  const panel = dailyPanel()
  const grid = gridOf(panel)

  it('know its recent level, its age and its last sale', () => {
    const { base, features, names, observed } = factsAt(grid, 100, 11)
    const at = (name: string) => features[names.findIndex((n) => n.name === name)]!
    expect(observed).toBe(45)
    expect(at('age')).toBeCloseTo(45 / 7)
    expect(base).toBeGreaterThan(5)
    expect(base).toBeLessThan(20)
    const seen = [...grid.values.subarray(11 * grid.slots + 93, 11 * grid.slots + 100)]
    const mean = seen.reduce((a, b) => a + b, 0) / 7
    expect(at('mean 1')).toBeCloseTo(Math.log(mean / base), 1)
    expect(at('days with sales 1')).toBeCloseTo(seen.filter((y) => y > 0).length / 7)
  })

  it('read nothing from the origin on and have no unit', () => {
    const changed = { ...grid, values: grid.values.slice() }
    for (let i = 0; i < 12; i++)
      changed.values.fill(1e5, i * grid.slots + 100, (i + 1) * grid.slots)
    const large = { ...grid, values: grid.values.map((v) => 16 * v) }
    for (const i of [0, 5, 11]) {
      const plain = factsAt(grid, 100, i)
      expect(factsAt(changed, 100, i)).toEqual(plain)
      factsAt(large, 100, i).features.forEach((value, f) => {
        if (!Number.isNaN(value)) expect(value).toBeCloseTo(plain.features[f]!, 9)
      })
    }
  })
})

describe('the rows to learn from', () => {
  const grid = gridOf(dailyPanel())
  const setting = levelSetting({ grid }, CYCLE, 110)
  const profile = weekProfile(setting, 110)
  const options = { horizon: 14, end: 110, profile, mostSums: 1e6, slotsOfWindow: 2, seed: 1 }

  it('come from windows that end before the end', () => {
    const origins = levelOrigins(7, 14, 110)
    expect(Math.max(...origins)).toBe(96)
    expect(Math.min(...origins)).toBeGreaterThanOrEqual(14)
    const changed = { ...grid, values: grid.values.slice() }
    for (let i = 0; i < 12; i++)
      changed.values.fill(1e5, i * grid.slots + 110, (i + 1) * grid.slots)
    const rows = levelRows(setting, plainGrids(grid, undefined, 110), options)
    expect(
      levelRows(
        levelSetting({ grid: changed }, CYCLE, 110),
        plainGrids(changed, undefined, 110),
        options,
      ),
    ).toEqual(rows)
    expect(rows.sums.rows).toBeGreaterThan(200)
    expect(rows.slots.names).toEqual(slotFeatureNames(setting))
    expect(rows.sumTarget.every((z) => z >= 0 && Number.isFinite(z))).toBe(true)
  })

  it('learn the busy weekday', () => {
    expect(profile[1]!).toBeGreaterThan(2)
    expect(profile.reduce((a, b) => a + b, 0) / 7).toBeCloseTo(1, 1)
  })
})

describe('what is known ahead', () => {
  it('is read for the slot itself, beside what is usual before the origin', () => {
    const panel = dailyPanel()
    const sizes = panel.ids.map((_, i) => panel.offsets[i + 1]! - panel.offsets[i]! + 20)
    const offsets = new Int32Array(13)
    sizes.forEach((size, i) => {
      offsets[i + 1] = offsets[i]! + size
    })
    const price = new Float64Array(offsets[12]!).fill(10)
    price.fill(5, offsets[3]! + 105, offsets[3]! + 125)
    const known = { offsets, columns: { price } }
    const grid = gridOf({ ...panel, known })
    const columns = [new Float32Array(1), new Float32Array(1)]
    // Series 3 starts 15 days in: bucket 425 is slot 125, its own day 110.
    knownReader(grid, 100, 7).write(3, 125, columns, 0, 0)
    expect(slotToBucket(grid, 125)).toBe(425)
    expect(columns.map((column) => column[0])).toEqual([5, 0.5])
  })
})
