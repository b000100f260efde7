import { describe, expect, it } from 'vitest'
import { type Table, textAt, textsOf } from '../../core/table.ts'
import { tableNamed } from '../../feed/index.ts'
import { findBlockers } from './blocking.ts'
import { adjacencyFromBorders, bordersOf } from './graph.ts'
import { denseLimits, type RegionLimits } from './limits.ts'
import { planRegions } from './plan-regions.ts'
import { regionTables } from './tables.ts'
import { gridProblem } from './testing/problems.ts'

const settings = { 'network.region-steps': 2000, 'network.region-starts': 2 }
const WIDE: RegionLimits = { demandTolerance: 0.4, capacityTolerance: 1 }
const problem = gridProblem(6, 6, 10, 5)

describe('planRegions', () => {
  it('draws the curve, chooses the least cost and says why, the same for the same seed', async () => {
    const request = { counts: [2, 3, 4], limits: WIDE, settings, seed: 4 }
    const result = await planRegions(problem, request)
    expect(result.curve.map(({ regions }) => regions)).toEqual([2, 3, 4])
    const costs = result.curve.map(({ candidates }) => candidates[0]!.costCents)
    expect(result.chosen.costCents).toBe(Math.min(...costs))
    expect(result.reasons.filter((reason) => reason.startsWith('chosen'))).toHaveLength(1)
    expect(result.reasons.join()).toMatch(/cents an order more than \d regions/)
    expect((await planRegions(problem, request)).chosen.plan).toEqual(result.chosen.plan)
  })

  it('lets the simulator have the last word among the best candidates', async () => {
    const seen: number[] = []
    const result = await planRegions(problem, {
      counts: [2, 3],
      limits: WIDE,
      settings: { ...settings, 'network.region-scored': 3 },
      score: (plan) => {
        seen.push(plan.regions)
        return { cents: 100 - seen.length, parts: { transport: 100 - seen.length } }
      },
    })
    expect(seen.length).toBeGreaterThan(1)
    expect(seen.length).toBeLessThanOrEqual(3)
    expect(result.chosen.score?.cents).toBe(100 - seen.length)
  })

  it('writes rows of the declared tables', async () => {
    const before = await planRegions(problem, { counts: [3], limits: WIDE, settings })
    const result = await planRegions(problem, {
      counts: [2, 3, 20],
      limits: WIDE,
      settings,
      seed: 9,
    })
    const tables = regionTables(problem, result, { version: 2, before: before.chosen.plan })
    const named: Readonly<Record<string, Table>> = { ...tables }
    for (const [name, table] of Object.entries(named)) {
      expect(Object.keys(table.columns), name).toEqual(Object.keys(tableNamed(name).columns))
      for (const column of Object.values(table.columns)) {
        const entries = column.kind === 'text' ? column.codes : column.values
        expect(entries).toHaveLength(table.rowCount)
      }
    }
    expect(tables.regions.rowCount).toBe(46)
    const why = textsOf(tables.region_curve, 'why')
    expect(textAt(why, 2)).toMatch('not possible')
  })

  it('stops on a signal', async () => {
    const signal = AbortSignal.abort()
    await expect(planRegions(problem, { signal })).rejects.toMatchObject({ code: 'ERR_CANCELLED' })
  })

  it('refuses negative distances and demand by name', async () => {
    const miles = problem.miles.slice()
    miles[40] = -3
    await expect(planRegions({ ...problem, miles })).rejects.toMatchObject({
      code: 'ERR_NETWORK',
      message: 'miles from site 1 to area 4 is -3',
    })
    const demand = problem.demand.slice()
    demand[7] = -1
    await expect(planRegions({ ...problem, demand })).rejects.toThrow(
      'demand of area 7 is negative',
    )
  })
})

describe('what stands in the way', () => {
  const codes = (regions: number, limits: RegionLimits, of = problem) =>
    findBlockers(of, denseLimits(of, regions, limits)).map(({ code }) => code)

  it('is nothing where a plan can be found', () => {
    expect(codes(3, WIDE)).toEqual([])
  })

  it('is an island, named', async () => {
    const borders = bordersOf(problem.adjacency).filter(({ from, to }) => from !== 0 && to !== 0)
    const island = { ...problem, adjacency: adjacencyFromBorders(36, borders) }
    expect(codes(3, WIDE, island)).toContain('cut_off')
    await expect(
      planRegions(island, { counts: [2, 3], limits: WIDE, settings }),
    ).rejects.toMatchObject({
      code: 'ERR_INFEASIBLE',
      message: expect.stringMatching(/1 areas \(0\) are cut off/),
      next: expect.stringMatching('bridge'),
    })
  })

  it('is an area larger than the band', () => {
    const demand = problem.demand.slice()
    demand[3] = 4000
    expect(codes(3, WIDE, { ...problem, demand })).toContain('area_too_large')
  })

  it('is room: for the selection, or in too few places', () => {
    const all = problem.orders.breadth.at(-1)!
    const small = { ...problem, capacityM3: problem.capacityM3.map((room) => room / 100) }
    expect(codes(3, { ...WIDE, mustCarry: all }, small)).toEqual(['too_little_room'])
    expect(codes(3, { ...WIDE, mustCarry: 5 }, problem)).toEqual([])
    expect(codes(20, { demandTolerance: 1, capacityTolerance: 0.5 })).toContain('too_few_sites')
  })

  it('is an area that no site reaches', () => {
    const miles = problem.miles.slice()
    for (let s = 0; s < 10; s++) miles[s * 36 + 11] = Infinity
    const [blocker] = findBlockers({ ...problem, miles }, denseLimits(problem, 3, WIDE))
    expect(blocker).toMatchObject({ code: 'not_reached', areas: [11] })
    expect(codes(3, { ...WIDE, reachMiles: 50 })).toEqual(['not_reached'])
  })

  it('is what was set by hand', () => {
    const wall = [0, 1, 2, 3, 4, 5].map((column) => ({ area: 12 + column, region: 1 }))
    const ends = [
      { area: 0, region: 0 },
      { area: 35, region: 0 },
    ]
    expect(codes(3, { ...WIDE, fixedAreas: [...wall, ...ends] })).toEqual(['fixed_apart'])
    expect(codes(3, { ...WIDE, together: [[1, 2]], apart: [[2, 1]] })).toEqual(['pair_contradicts'])
    const everywhere = [0, 1, 2].map((region) => ({ area: 5, region }))
    expect(codes(3, { ...WIDE, forbidden: everywhere })).toEqual(['nowhere_allowed'])
    const fixedAreas = [
      { area: 0, region: 0 },
      { area: 35, region: 1 },
    ]
    expect(codes(3, { ...WIDE, fixedAreas, together: [[0, 35]] })).toEqual(['pair_contradicts'])
  })

  it('is told from the best partition found where nothing is proven', async () => {
    const tight = { demandTolerance: 0.001, capacityTolerance: 0 }
    await expect(
      planRegions(problem, { counts: [5], limits: tight, settings }),
    ).rejects.toMatchObject({
      code: 'ERR_INFEASIBLE',
      message: expect.stringMatching(/region \d has/),
    })
  })
})
