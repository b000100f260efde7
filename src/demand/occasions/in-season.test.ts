import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bucketStart, DAY_MS } from '../../core/calendar.ts'
import { type Panel, type PanelEvent, panelOf } from '../../core/panel.ts'
import { createRandom } from '../../core/random/random.ts'
import { classicalForecaster } from '../classical/classical-forecaster.ts'
import { gridOf } from '../learned/trees/grid.ts'
import { plainGrids } from '../learned/trees/plain-grid.ts'
import { treesForecaster } from '../learned/trees-forecaster.ts'
import { classicalReadingEvents } from './event-forecaster.ts'
import { namesInSeason } from './in-season.ts'
import { eventReader } from './reader.ts'

const LEVELS = Float64Array.from([0.1, 0.5, 0.9])
const WEEKLY = { frequency: 'W', weekStart: 0 } as const
const FIRST = 2000
const WEEKS = 120
const END = FIRST + WEEKS
const HORIZON = 26

const at = (name: string, ...slots: number[]) =>
  slots.map((first) => ({ name, kind: 'fair', first, last: first }))

describe('an occasion that the season holds', () => {
  const held = (...given: ReturnType<typeof at>[]) => [...namesInSeason(given.flat(), 52, FIRST)]

  it('stands in the same week each year, from the first year to the last date of the calendar', () => {
    expect(held(at('fair', FIRST + 40, FIRST + 92, FIRST + 144))).toEqual(['fair'])
    // What was years before the past tells nothing of its season.
    const fair = at('fair', FIRST - 63, FIRST - 12, FIRST + 40)
    expect(held(fair, at('other', FIRST + 91))).toEqual(['fair'])
  })

  it.each([
    ['moves', [40, 93]],
    ['moves once', [40, 92, 145]],
    ['is new', [70]],
    ['comes twice a year', [20, 40, 72]],
    ['does not come back', [30]],
    ['was over when the past began', [-1]],
  ])('is none that %s', (_, weeks) => {
    const fair = at('fair', ...weeks.map((week) => FIRST + week))
    expect(held(fair, at('last', FIRST + 45, FIRST + 97))).toEqual(['last'])
  })

  it('is as long each time', () => {
    const [one, two] = at('fair', FIRST + 40, FIRST + 92)
    expect([...namesInSeason([one!, { ...two!, last: two!.last + 1 }], 52, FIRST)]).toEqual([])
  })

  it('is held whatever others do, until one of its dates is moved or the calendar goes on without it', () => {
    const week = fc.integer({ min: 0, max: 51 })
    fc.assert(
      fc.property(week, fc.integer({ min: 2, max: 5 }), week, week, (first, years, other, off) => {
        const weeks = Array.from({ length: years }, (_, y) => FIRST + first + 52 * y)
        const end = weeks.at(-1)!
        const others = at('others', FIRST + other, end)
        expect(held(at('stays', ...weeks), others)).toContain('stays')
        expect(held(at('stays', ...weeks), at('others', end + 52))).not.toContain('stays')
        const moved = weeks.map((w, k) => (k === off % years ? w + 1 + (off % 51) : w))
        expect(held(at('moved', ...moved), others)).not.toContain('moved')
      }),
    )
  })
})

/** Two years and a bit of weeks of 40 series; half as much again in the weeks of `fairs`. */
function weeklyPanel(fairs: readonly number[]): Panel {
  const random = createRandom('weeks of a season')
  return panelOf(
    Array.from({ length: 40 }, (_, i) => ({
      id: `${i % 5}_${Math.floor(i / 5)}`,
      firstBucket: FIRST,
      values: Float64Array.from({ length: WEEKS }, (_v, t) => {
        const season = 1 + 0.3 * Math.sin((2 * Math.PI * t) / 52)
        const fair = fairs.includes(FIRST + t) ? 1.5 : 1
        return 50 * season * fair * (1 + 0.05 * random.normal())
      }),
    })),
    WEEKLY,
  )
}

function fair(bucket: number, strength?: number): PanelEvent {
  const firstDay = bucketStart(bucket, WEEKLY) / DAY_MS
  const own = strength === undefined ? {} : { strength }
  return { name: 'fair', kind: 'fair', firstDay, lastDay: firstDay + 2, ...own }
}

const PAST = [FIRST + 30, FIRST + 82]
/** The week of the next fair, where it stays and where it moves to. */
const STAYS = FIRST + 134
const MOVES = STAYS + 6
const PANEL = weeklyPanel(PAST)
const withFairs = (next: number, strength?: number, panel = PANEL): Panel => ({
  ...panel,
  events: [...PAST.map((week) => fair(week)), fair(next, strength)],
})

describe('what a season cannot know of an occasion', () => {
  const tableOf = (panel: Panel) => eventReader(panel, END)!.tableAt(END, 52)
  const whole = eventReader(withFairs(STAYS), END)!.tableAt(END)
  const lift = whole.at(3, STAYS)

  it('is nothing where it stays as it was', () => {
    expect(lift).toBeGreaterThan(1.35)
    expect(lift).toBeLessThan(1.6)
    expect(tableOf(withFairs(STAYS)).touches).toBe(false)
  })

  it.each([0, 0.5, 1, 2, 3])('is how far strength %d is from the usual', (strength) => {
    const table = tableOf(withFairs(STAYS, strength))
    expect(table.at(3, STAYS)).toBeCloseTo((1 + strength * (lift - 1)) / lift, 9)
    expect(table.usualAt(3, STAYS)).toBe(1)
    for (const week of PAST) expect(table.at(3, week)).toBe(1)
  })

  it('brings a past one of another strength to the usual one', () => {
    const strong = { ...PANEL, events: [fair(PAST[0]!), fair(PAST[1]!, 2), fair(STAYS)] }
    const usual = eventReader(strong, END)!.tableAt(END).usualAt(3, STAYS)
    const table = tableOf(strong)
    expect(table.at(3, PAST[1]!)).toBeCloseTo((1 + 2 * (usual - 1)) / usual, 9)
    expect(table.without(100, 3, PAST[1]!)).toBeCloseTo(100 / table.at(3, PAST[1]!), 9)
    expect(table.at(3, STAYS)).toBe(1)
  })

  it('is all of it where it moves', () => {
    const moved = withFairs(MOVES)
    const [table, full] = [tableOf(moved), eventReader(moved, END)!.tableAt(END)]
    expect(table.at(3, MOVES)).toBeGreaterThan(1.35)
    for (let slot = FIRST; slot < END + HORIZON; slot++) {
      expect(table.at(3, slot)).toBe(full.at(3, slot))
    }
  })
})

describe('the grid as seen before an occasion was known', () => {
  it('is the same whichever origin was asked for before', () => {
    const panel = withFairs(MOVES)
    const [early, late] = [5, 20]
    const seen = (origins: readonly number[]) => {
      const grids = plainGrids(gridOf(panel), eventReader(panel, END), WEEKS, 52)
      const read = origins.map((origin) => grids.at(origin).grid.values.slice())
      return read.at(-1)
    }
    const alone = seen([late])
    expect(alone).toEqual(seen([early, late]))
    expect(alone![PAST[0]! - FIRST]).toBeNaN()
    // Known by then, it is divided out.
    expect(seen([40])![PAST[0]! - FIRST]).toBeLessThan(0.8 * panel.values[PAST[0]! - FIRST]!)
    expect(seen([early, 40])).toEqual(seen([40]))
  })
})

const TREES = treesForecaster({ leastRows: 50 })
const FORECASTERS = {
  trees: TREES,
  classical: classicalReadingEvents(classicalForecaster({ models: ['seasonal-naive'] })),
}

describe('forecasts that look back a season', () => {
  const said = async (name: keyof typeof FORECASTERS, panel: Panel, settings = {}) => {
    const fitted = await FORECASTERS[name].fit(panel, { horizon: HORIZON, settings })
    return fitted.predict(END, HORIZON, LEVELS).mean
  }
  const inWeek = (mean: Float64Array, week: number) =>
    mean.reduce((sum, m, k) => sum + (k % HORIZON === week - END ? m : 0), 0)

  it.each(['trees', 'classical'] as const)('count no occasion twice: %s', async (name) => {
    const read = await said(name, withFairs(STAYS))
    expect(read).toEqual(await said(name, withFairs(STAYS), { 'demand.event-profiles': 0 }))
    expect(inWeek(read, STAYS) / inWeek(read, STAYS + 1)).toBeGreaterThan(1.3)
  })

  it.each(['trees', 'classical'] as const)('go by the strength planned: %s', async (name) => {
    const sums: number[] = []
    for (const strength of [0, 1, 2]) {
      sums.push(inWeek(await said(name, withFairs(STAYS, strength)), STAYS))
    }
    const [none, one, two] = sums as [number, number, number]
    expect(one / none).toBeGreaterThan(1.3)
    expect((two - none) / (one - none)).toBeCloseTo(2, 6)
  })

  it.each(['trees', 'classical'] as const)('follow one that moves: %s', async (name) => {
    const moved = await said(name, withFairs(MOVES))
    expect(inWeek(moved, MOVES) / inWeek(moved, MOVES + 1)).toBeGreaterThan(1.3)
    expect(inWeek(moved, STAYS) / inWeek(moved, STAYS + 1)).toBeLessThan(1.15)
  })
})
