import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import { runLane, trucksFor } from './departures.ts'
import { laneSettings } from './knobs.ts'
import { LaneLoads } from './loads.ts'
import { pathsOf } from './paths.ts'
import { planLanes } from './plan-lanes.ts'
import type { LaneProblem } from './types.ts'

const DAY = 1440

interface Leg {
  readonly from: number
  readonly to: number
  readonly minutes: number
  readonly cents: number
}

/** Sites 0 … stock − 1 hold stock, then come sort centres, then stations. */
function problemOf(
  stock: number,
  sorts: number,
  stations: number,
  legs: readonly Leg[],
  demand: { pairs: readonly (readonly [number, number])[]; m3: readonly number[]; days?: number },
  changes: Partial<LaneProblem['limits']> = {},
): LaneProblem {
  const sites = stock + sorts + stations
  const scenarios = demand.m3.length / demand.pairs.length
  return {
    sites,
    lanes: {
      fromSite: Int32Array.from(legs, ({ from }) => from),
      toSite: Int32Array.from(legs, ({ to }) => to),
      modes: legs.map(() => 'truck'),
      minutes: Float64Array.from(legs, ({ minutes }) => minutes),
      capacityM3: new Float64Array(legs.length).fill(80),
      departureCents: Float64Array.from(legs, ({ cents }) => cents),
      centsPerM3: new Float64Array(legs.length),
    },
    demand: {
      from: Int32Array.from(demand.pairs, ([from]) => from),
      to: Int32Array.from(demand.pairs, ([, to]) => to),
      m3: Float64Array.from(demand.m3),
      probability: new Float64Array(scenarios).fill(1 / scenarios),
      windowMinutes: new Float64Array(demand.pairs.length).fill((demand.days ?? 7) * DAY),
    },
    limits: {
      throughputM3: new Float64Array(sites).fill(Number.POSITIVE_INFINITY),
      siteRegion: new Int32Array(sites).fill(-1),
      transferMinutes: new Float64Array(sites).fill(60),
      transferCents: new Float64Array(sites).fill(100),
      isTransfer: Uint8Array.from({ length: sites }, (_, s) =>
        s >= stock && s < stock + sorts ? 1 : 0,
      ),
      regions: 1,
      ...changes,
    },
  }
}

/** Two sites, two sort centres, three stations, all lanes between them; lengths and volumes drawn. */
function drawn(seed: number): LaneProblem {
  const random = createRandom(seed)
  const legs: Leg[] = []
  const add = (from: number, to: number, base: number) =>
    legs.push({ from, to, minutes: 100 + random.int(900), cents: base * (0.5 + random.next()) })
  for (const from of [0, 1]) {
    for (const sort of [2, 3]) add(from, sort, 40_000)
    for (const station of [4, 5, 6]) add(from, station, 60_000)
  }
  for (const sort of [2, 3]) for (const station of [4, 5, 6]) add(sort, station, 15_000)
  add(2, 3, 30_000)
  add(3, 2, 30_000)
  const pairs = [0, 1].flatMap((from) => [4, 5, 6].map((to) => [from, to] as const))
  const m3 = Array.from({ length: 3 * pairs.length }, () => random.next() * 90)
  return problemOf(2, 2, 3, legs, { pairs, m3, days: 3 + random.int(5) })
}

/** The least cost over all choices of ways: plain enumeration, each priced from nothing. */
function cheapestByHand(problem: LaneProblem): number {
  const settings = laneSettings()
  const { m3, from, probability } = problem.demand
  const means = Float64Array.from(from, (_, pair) =>
    probability.reduce((sum, p, s) => sum + p * m3[s * from.length + pair]!, 0),
  )
  const paths = pathsOf(problem, means, settings).paths.map((ways) => ways.slice(0, 4))
  let best = Number.POSITIVE_INFINITY
  const choice = new Array<number>(paths.length).fill(0)
  const visit = (pair: number): void => {
    if (pair === paths.length) {
      const loads = new LaneLoads(problem, paths, m3, settings)
      choice.forEach((way, p) => {
        loads.send(p, way)
      })
      best = Math.min(best, loads.cents)
      return
    }
    for (let way = 0; way < paths[pair]!.length; way++) {
      choice[pair] = way
      visit(pair + 1)
    }
  }
  visit(0)
  return best
}

describe('planLanes', () => {
  it('comes within two percent of the best of all choices on small networks, on average', () => {
    const ratios = [1, 2, 3, 4, 5].map((seed) => {
      const problem = drawn(seed)
      return planLanes(problem, { seed: 1 }).costCents / cheapestByHand(problem)
    })
    expect(ratios.reduce((sum, r) => sum + r, 0) / ratios.length).toBeLessThan(1.02)
    expect(Math.max(...ratios)).toBeLessThan(1.06)
  })

  it('adds up: lanes and transfers make the cost, loads the volumes, and the bound lies below', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), (seed) => {
        const problem = drawn(seed)
        const plan = planLanes(problem, { seed })
        const { from, to, m3, probability } = problem.demand
        const carried = new Map<number, number>()
        let transfers = 0
        plan.paths.forEach((path, pair) => {
          const mean = probability.reduce((sum, p, s) => sum + p * m3[s * from.length + pair]!, 0)
          for (const lane of path) carried.set(lane, (carried.get(lane) ?? 0) + mean)
          transfers += mean * 100 * (path.length - 1)
          expect(problem.lanes.fromSite[path[0]!]).toBe(from[pair])
          expect(problem.lanes.toSite[path.at(-1)!]).toBe(to[pair])
        })
        expect([...carried.keys()].sort((a, b) => a - b)).toEqual(
          plan.lanes.map(({ lane }) => lane),
        )
        for (const one of plan.lanes) {
          expect(one.meanM3).toBeCloseTo(carried.get(one.lane)!, 6)
          expect(one.fill).toBeLessThanOrEqual(1 + 1e-9)
        }
        const lanes = plan.lanes.reduce((sum, { costCents }) => sum + costCents, 0)
        expect(plan.costCents).toBeCloseTo(lanes + transfers, 4)
        expect(plan.boundCents).toBeLessThanOrEqual(plan.costCents + 1e-6)
        expect(planLanes(problem, { seed })).toEqual(plan)
      }),
      { numRuns: 25 },
    )
  })

  const LONELY: readonly Leg[] = [{ from: 0, to: 2, minutes: DAY, cents: 50_000 }]

  it('waits for a fuller truck where the window lets it, and leaves more often where it does not', () => {
    const demand = { pairs: [[0, 2]] as const, m3: [70] }
    const patient = planLanes(problemOf(1, 1, 1, LONELY, { ...demand, days: 9 }), { seed: 1 })
    expect(patient.lanes[0]).toMatchObject({
      departuresAWeek: 1,
      bound: 'volume',
      purpose: 'direct',
    })
    expect(patient.fill).toBeCloseTo(70 / 80)
    const hasty = planLanes(problemOf(1, 1, 1, LONELY, { ...demand, days: 2 }), { seed: 1 })
    expect(hasty.lanes[0]).toMatchObject({ departuresAWeek: 7, bound: 'window' })
    expect(hasty.lanes[0]!.worthCents).toBe(Number.POSITIVE_INFINITY)
  })

  it('sends small volumes over a sort centre and full trucks straight to the station', () => {
    const legs = [
      { from: 0, to: 1, minutes: 100, cents: 50_000 },
      { from: 1, to: 2, minutes: 100, cents: 10_000 },
      { from: 1, to: 3, minutes: 100, cents: 10_000 },
      { from: 0, to: 2, minutes: 150, cents: 55_000 },
      { from: 0, to: 3, minutes: 150, cents: 55_000 },
    ]
    const pairs = [
      [0, 2],
      [0, 3],
    ] as const
    const small = planLanes(problemOf(1, 1, 2, legs, { pairs, m3: [30, 30], days: 16 }), {
      seed: 1,
    })
    expect(small.lanes.map(({ purpose }) => purpose)).toEqual(['feeder', 'spoke', 'spoke'])
    const large = planLanes(problemOf(1, 1, 2, legs, { pairs, m3: [80, 80], days: 16 }), {
      seed: 1,
    })
    expect(large.lanes.map(({ purpose }) => purpose)).toEqual(['direct', 'direct'])
    expect(large.directFill).toBeCloseTo(1)
  })

  it('lets no more between two regions than the cap, and charges what goes', () => {
    const problem = problemOf(
      1,
      1,
      1,
      LONELY,
      { pairs: [[0, 2]], m3: [50], days: 9 },
      {
        siteRegion: Int32Array.of(0, 0, 1),
        regions: 2,
        betweenRegionsM3: Float64Array.of(Infinity, 20, Infinity, Infinity),
      },
    )
    const plan = planLanes(problem, { seed: 1 })
    expect(plan.allowedShare[0]).toBeCloseTo(0.4)
    expect(plan.costCents).toBeCloseTo(50_000 + 20 * laneSettings().betweenRegionsCents)
  })

  it('serves as fast as can be what no way serves in time, where it may', () => {
    const problem = problemOf(1, 1, 1, LONELY, { pairs: [[0, 2]], m3: [50], days: 0.5 })
    const plan = planLanes(problem, { seed: 1, mayBeLate: true })
    expect(plan.latePairs).toEqual([0])
    expect(plan.paths[0]).toEqual(Int32Array.of(0))
  })

  it('names what blocks', () => {
    const demand = { pairs: [[0, 2]] as const, m3: [50] }
    const code = { code: 'ERR_INFEASIBLE' }
    const plan = (problem: LaneProblem) => () => planLanes(problem, { seed: 1 })
    expect(plan(problemOf(1, 1, 1, [], demand))).toThrow('no lanes join them')
    expect(plan(problemOf(1, 1, 1, LONELY, { ...demand, days: 0.5 }))).toThrow(
      'the fastest way takes 1440',
    )
    const over = [
      { from: 0, to: 1, minutes: 9, cents: 1 },
      { from: 1, to: 2, minutes: 9, cents: 1 },
    ]
    const throughputM3 = Float64Array.of(Infinity, 10, Infinity)
    expect(plan(problemOf(1, 1, 1, over, demand, { throughputM3 }))).toThrow('site 1 can sort 10')
    expect(plan(problemOf(1, 1, 1, [{ ...LONELY[0]!, cents: -1 }], demand))).toThrow('negative')
    expect(plan(problemOf(1, 1, 1, LONELY, { ...demand, m3: [Number.NaN] }))).toThrow('volume 0')
    expect(plan(problemOf(1, 1, 1, [], demand))).toThrow(expect.objectContaining(code))
  })
})

it('says what a way would add without taking it, as taking it does', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), (seed) => {
      const problem = drawn(seed)
      const room = { ...problem.limits, throughputM3: new Float64Array(problem.sites).fill(120) }
      const tight = { ...problem, limits: room }
      const settings = laneSettings()
      const means = new Float64Array(problem.demand.from.length).fill(1)
      const { paths } = pathsOf(tight, means, settings)
      const loads = new LaneLoads(tight, paths, tight.demand.m3, settings)
      const random = createRandom(seed)
      for (let step = 0; step < 40; step++) {
        const pair = random.int(paths.length)
        const way = random.int(paths[pair]!.length)
        loads.send(pair, -1)
        const before = loads.cents
        const added = loads.addedCents(pair, way)
        const mark = loads.mark()
        loads.send(pair, way)
        expect(loads.cents - before).toBeCloseTo(added, 4)
        if (random.next() < 0.3) {
          loads.undo(mark)
          expect(loads.cents).toBeCloseTo(before, 4)
        }
      }
    }),
    { numRuns: 25 },
  )
})

it('plans departures as a newsvendor does: one more while it is needed often enough', () => {
  const settings = laneSettings()
  const probability = Float64Array.of(0.25, 0.25, 0.25, 0.25)
  const m3 = Float64Array.of(70, 150, 230, 310)
  const running = runLane(m3, 0, 1, probability, 80, 1000, 1, settings)
  // Extra trucks cost half as much again: a planned one pays while it is needed in over two of three.
  expect(running.departures).toBe(2)
  expect(running.extra).toBeCloseTo(0.25 * 1 + 0.25 * 2)
  expect(running.cents).toBeCloseTo(1000 * (2 + 1.5 * 0.75))
  expect(trucksFor(160 + 1e-8, 80)).toBe(2)
})
