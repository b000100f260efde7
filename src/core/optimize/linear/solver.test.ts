import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LinearModel } from './linear-model.ts'
import { createModelBuilder } from './model-builder.ts'
import { loadSolver } from './solver.ts'

const solver = await loadSolver()
const whole = { integer: true, upper: 1 }

/** Wyndor Glass (Hillier and Lieberman, Introduction to Operations Research, 3.1): 36 at (2, 6), prices 0, 3/2, 1. */
function wyndor(): LinearModel {
  const build = createModelBuilder()
  const doors = build.column({ cost: 3 })
  const windows = build.column({ cost: 5 })
  build.family('plant', (plant) => `plant ${plant + 1}`)
  build.row(-Infinity, 4, [doors], 1)
  build.row(-Infinity, 12, [windows], 2)
  build.row(-Infinity, 18, [doors, windows], [3, 2])
  return build.model('maximize')
}

/** Chvátal's knapsack-like MIP: max 5a + 4b + 3c, 2a + 3b + c ≤ 5, 4a + b + 2c ≤ 11, 3a + 4b + 2c ≤ 8. */
function chvatal(integer: boolean): LinearModel {
  const build = createModelBuilder()
  const [a, b, c] = [5, 4, 3].map((cost) => build.column({ cost, integer }))
  build.row(-Infinity, 5, [a!, b!, c!], [2, 3, 1])
  build.row(-Infinity, 11, [a!, b!, c!], [4, 1, 2])
  build.row(-Infinity, 8, [a!, b!, c!], [3, 4, 2])
  return build.model('maximize')
}

describe('textbook models', () => {
  it('solves the Wyndor LP with its shadow prices', () => {
    using model = solver.load(wyndor())
    const { status, objective, bound, gap, values, rowValues } = model.solve()
    expect(status).toBe('optimal')
    expect([objective, bound, gap]).toEqual([36, 36, 0])
    expect([...values]).toEqual([2, 6])
    expect([...rowValues]).toEqual([2, 12, 18])
    expect([...model.duals()].map((price) => Math.abs(price))).toEqual([0, 1.5, 1])
    expect([...model.reducedCosts()].map(Math.abs)).toEqual([0, 0])
  })

  it('solves the Chvátal LP: 13 at (2, 0, 1)', () => {
    using model = solver.load(chvatal(false))
    const { objective, values } = model.solve()
    expect(objective).toBeCloseTo(13, 9)
    expect([...values].map((value) => Math.round(value * 1e6) / 1e6)).toEqual([2, 0, 1])
  })

  it('solves the knapsack P01 of Burkardt (309)', () => {
    const weights = [23, 31, 29, 44, 53, 38, 63, 85, 89, 82]
    const profits = [92, 57, 49, 68, 60, 43, 67, 84, 87, 72]
    const build = createModelBuilder()
    const things = profits.map((cost) => build.column({ ...whole, cost }))
    build.row(-Infinity, 165, things, weights)
    using model = solver.load(build.model('maximize'))
    const { status, objective, bound, values } = model.solve()
    expect(status).toBe('optimal')
    expect(objective).toBeCloseTo(309, 9)
    expect(bound).toBeCloseTo(309, 6)
    expect([...values].map((value) => value > 0.5)).toEqual(
      [1, 1, 1, 1, 0, 1, 0, 0, 0, 0].map((taken) => taken === 1),
    )
  })

  it('reads a matrix packed by column as well as by row', () => {
    const byRow = wyndor()
    const matrix = {
      format: 'csc' as const,
      starts: Int32Array.of(0, 2, 4),
      indices: Int32Array.of(0, 2, 1, 2),
      values: Float64Array.of(1, 3, 2, 2),
    }
    using model = solver.load({ ...byRow, matrix })
    expect(model.solve().objective).toBe(36)
  })
})

describe('a model inside the solver', () => {
  it('takes rows, columns, costs, bounds and coefficients as if it had been loaded with them', () => {
    using model = solver.load(wyndor())
    model.solve()
    model.setRowBounds(Int32Array.of(1), Float64Array.of(-Infinity), Float64Array.of(14))
    expect(model.solve().objective).toBeCloseTo(37 + 2, 9)
    model.setCosts(Int32Array.of(0), Float64Array.of(9))
    model.setColumnBounds(Int32Array.of(1), Float64Array.of(0), Float64Array.of(4))
    model.setCoefficient(2, 1, 3)
    expect(model.solve().objective).toBeCloseTo(9 * 4 + 5 * 2, 9)
    const third = model.addColumns(
      { cost: Float64Array.of(7), lower: Float64Array.of(0), upper: Float64Array.of(2.5) },
      { starts: Int32Array.of(0, 1), indices: Int32Array.of(0), values: Float64Array.of(1) },
    )
    expect(third).toBe(2)
    expect(model.solve().objective).toBeCloseTo(9 * 2 + 5 * 4 + 7 * 2, 9)
    model.setInteger(2, Uint8Array.of(1))
    model.addRows(
      { lower: Float64Array.of(-Infinity), upper: Float64Array.of(1.5) },
      { starts: Int32Array.of(0, 1), indices: Int32Array.of(2), values: Float64Array.of(1) },
    )
    expect(model.solve().objective).toBeCloseTo(9 * 3 + 5 * 3 + 7, 9)
    expect([model.columns, model.rows]).toEqual([3, 4])
  })

  it('solves warm from a basis to what it solves cold, with fewer iterations', () => {
    const numbers = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 64, maxLength: 64 })
    fc.assert(
      fc.property(numbers, fc.integer({ min: 1, max: 400 }), (costs, change) => {
        const first = transport(costs)
        const moved = transport(costs.map((cost, k) => (k === 5 ? change / 8 : cost)))
        using warm = solver.load(first)
        warm.solve()
        warm.setCosts(Int32Array.of(5), Float64Array.of(change / 8))
        const again = warm.solve()
        using cold = solver.load(moved)
        expect(again.objective).toBeCloseTo(cold.solve().objective, 6)
        using like = solver.load(moved)
        like.setBasis(warm.basis())
        const based = like.solve()
        expect(based.objective).toBeCloseTo(again.objective, 6)
        expect(based.iterations).toBe(0)
      }),
      { numRuns: 20 },
    )
  })

  it('takes a MIP start, whole or in part, and never ends worse than it', () => {
    using model = solver.load(chvatal(true))
    model.start(Float64Array.of(2, 0, 1))
    expect(model.solve({ nodes: 0 }).objective).toBeGreaterThanOrEqual(13 - 1e-9)
    model.startPartly(Int32Array.of(0), Float64Array.of(2))
    expect(model.solve().objective).toBeCloseTo(13, 9)
  })

  it('solves the relaxation of a MIP with its shadow prices', () => {
    using model = solver.load(chvatal(true))
    model.solve()
    expect(() => model.duals()).toThrow(/after an LP/)
    expect(model.solve({ relaxed: true }).objective).toBeCloseTo(13, 9)
    expect(model.duals().length).toBe(3)
  })

  it('gives the same answer with the same seed', () => {
    const runs = [0, 1].map(() => {
      using model = solver.load(hardKnapsack())
      return model.solve({ seed: 7 })
    })
    expect(runs[0]).toEqual(runs[1])
  })
})

describe('limits', () => {
  it('stops when told to, and says what it has', () => {
    using model = solver.load(hardKnapsack())
    const { status, objective, bound } = model.solve({ stop: () => true })
    expect(['feasible', 'limit']).toContain(status)
    if (status === 'feasible') expect(bound).toBeGreaterThanOrEqual(objective)
  })

  it('refuses to begin when the signal is aborted', () => {
    using model = solver.load(wyndor())
    const signal = AbortSignal.abort()
    expect(() => model.solve({ signal })).toThrow(
      expect.objectContaining({ code: 'ERR_CANCELLED' }),
    )
  })

  it('keeps to limits of CPU time', () => {
    using model = solver.load(hardKnapsack())
    const before = process.cpuUsage()
    model.solve({ cpuSeconds: 0.3 })
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 1e6).toBeLessThan(2)
  })
})

describe('errors', () => {
  it('names the families and rows that block each other', () => {
    const build = createModelBuilder()
    const x = build.columns(2, { upper: 10 })
    build.family('capacity', (site) => `site S${site}`)
    build.row(-Infinity, 3, [x], 1)
    build.row(-Infinity, 4, [x + 1], 1)
    build.family('demand', (area) => `area A${area}`)
    build.row(2, 2, [x], 1)
    build.row(9, 9, [x, x + 1], 1)
    using model = solver.load(build.model())
    expect(model.solve().status).toBe('infeasible')
    expect(() => model.solveOrThrow()).toThrow(
      expect.objectContaining({
        code: 'ERR_INFEASIBLE',
        message: expect.stringMatching(
          /capacity \(site S1\), demand \(area A0, area A1\)|capacity \(site S0, site S1\), demand \(area A1\)/,
        ),
      }),
    )
  })

  it('names a row that no whole number meets', () => {
    const build = createModelBuilder()
    build.family('pairs')
    build.row(3, 3, [build.column({ integer: true })], 2)
    using model = solver.load(build.model())
    expect(() => model.solveOrThrow()).toThrow(/pairs \(0\)/)
  })

  it('says that an objective improves without end, and along what', () => {
    const build = createModelBuilder()
    build.column({ cost: 1, upper: 1 })
    build.row(1, Infinity, [build.column({ cost: -1 })], 1)
    using model = solver.load(build.model())
    expect(() => model.solveOrThrow()).toThrow(
      expect.objectContaining({
        code: 'ERR_UNBOUNDED',
        message: expect.stringContaining('column 1'),
      }),
    )
  })

  it('says that a limit came before a solution', () => {
    using model = solver.load(transport(Array.from({ length: 64 }, (_, k) => (k * 7) % 50)))
    expect(() => model.solveOrThrow({ stop: () => true, presolve: false })).toThrow(
      expect.objectContaining({ code: 'ERR_LIMIT' }),
    )
  })

  it.each([
    [{ cost: NaN }, 'ERR_NOT_FINITE'],
    [{ cost: Infinity }, 'ERR_NOT_FINITE'],
    [{ lower: NaN }, 'ERR_NOT_FINITE'],
    [{ lower: 2, upper: 1 }, 'ERR_ARGUMENT'],
    [{ lower: Infinity }, 'ERR_ARGUMENT'],
  ])('refuses a column %j before the solver sees it', (column, code) => {
    const build = createModelBuilder()
    build.column(column)
    expect(() => solver.load(build.model())).toThrow(expect.objectContaining({ code }))
  })

  it.each([
    [0, NaN, 'ERR_NOT_FINITE'],
    [7, 1, 'ERR_ARGUMENT'],
  ])('refuses an entry at column %d of %d', (index, value, code) => {
    const build = createModelBuilder()
    build.column({})
    build.row(0, 1, [index], [value])
    expect(() => solver.load(build.model())).toThrow(expect.objectContaining({ code }))
  })

  it('refuses work on a model that has been disposed of, and disposes twice without harm', () => {
    const model = solver.load(wyndor())
    model.dispose()
    model.dispose()
    for (const use of [() => model.solve(), () => model.basis(), () => model.rows]) {
      expect(use).toThrow(expect.objectContaining({ code: 'ERR_SOLVER' }))
    }
  })

  it('frees its memory: a thousand models take no more than a few', () => {
    for (let k = 0; k < 1000; k++) {
      using model = solver.load(transport(Array.from({ length: 64 }, (_, c) => (c * 7 + k) % 50)))
      if (k % 100 === 0) expect(model.solve().status).toBe('optimal')
    }
  })
})

/** Eight sources of 3, eight sinks of 2. */
function transport(costs: readonly number[]): LinearModel {
  const build = createModelBuilder()
  const flows = costs.map((cost) => build.column({ cost }))
  for (let i = 0; i < 8; i++) build.row(-Infinity, 3, flows.slice(8 * i, 8 * i + 8), 1)
  for (let j = 0; j < 8; j++)
    build.row(
      2,
      2,
      flows.filter((_, k) => k % 8 === j),
      1,
    )
  return build.model()
}

/** Thirty things in five knapsacks: more than the root decides. */
function hardKnapsack(): LinearModel {
  const build = createModelBuilder()
  const things = Array.from({ length: 30 }, (_, k) =>
    build.column({ ...whole, cost: 50 + ((k * 37) % 61) }),
  )
  for (let row = 0; row < 5; row++) {
    const weights = things.map((k) => 20 + ((k * 53 + row * 29) % 71))
    build.row(-Infinity, 700, things, weights)
  }
  return build.model('maximize')
}
