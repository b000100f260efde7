import fc from 'fast-check'
import type { PMedianProblem } from '../problem.ts'

const flags = (length: number, chance: number) =>
  fc.array(
    fc.integer({ min: 0, max: 99 }).map((x) => x < 100 * chance),
    { minLength: length, maxLength: length },
  )

const indicesOf = (flags: readonly boolean[]) => flags.flatMap((flag, j) => (flag ? [j] : []))

/** Small problems with everything in them: weights, gaps in reach, fixed sites, a cap on new ones. */
export const smallProblems: fc.Arbitrary<PMedianProblem> = fc
  .record({
    customers: fc.integer({ min: 1, max: 9 }),
    sites: fc.integer({ min: 1, max: 7 }),
    whole: fc.boolean(),
    holes: fc.constantFrom(0, 0, 0.2),
  })
  .chain(({ customers, sites, whole, holes }) => {
    const cost = fc.integer({ min: 0, max: 12 }).map((c) => (whole ? c : c / 7.3))
    const cells = { minLength: customers * sites, maxLength: customers * sites }
    return fc.record({
      customers: fc.constant(customers),
      sites: fc.constant(sites),
      p: fc.integer({ min: 1, max: Math.min(4, sites) }),
      costs: fc
        .tuple(fc.array(cost, cells), flags(customers * sites, holes))
        .map(([costs, gone]) => Float64Array.from(costs, (c, k) => (gone[k] ? Infinity : c))),
      weights: fc
        .array(fc.integer({ min: 0, max: 5 }), { minLength: customers, maxLength: customers })
        .map((list) => Float64Array.from(list)),
      mustOpen: flags(sites, 0.1).map(indicesOf),
      forbidden: flags(sites, 0.1).map(indicesOf),
      today: flags(sites, 0.5).map(indicesOf),
      maxNewSites: fc.constantFrom(0, 1, 2, 9),
    })
  })

/** A plane with points drawn evenly, customers and sites the same: a gap is likely. */
export function planeProblem(
  points: number,
  p: number,
  next: () => number,
  whole = true,
): PMedianProblem {
  const x = Array.from({ length: points }, () => [1000 * next(), 1000 * next()] as const)
  const costs = Float64Array.from({ length: points * points }, (_, k) => {
    const [a, b] = [x[Math.floor(k / points)]!, x[k % points]!]
    const length = Math.hypot(a[0] - b[0], a[1] - b[1])
    return whole ? Math.round(length) : length
  })
  const weights = Float64Array.from({ length: points }, () => 1 + Math.floor(9 * next()))
  return { customers: points, sites: points, p, costs, weights }
}
