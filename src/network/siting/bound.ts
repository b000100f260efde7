import { startVolume, type VolumeSource, volumeRound } from '../../core/optimize/volume.ts'
import { capacityOf, changeCents, type SitingProblem, weightOf } from './problem.ts'

/** Steps shorter than this no longer move the bound. */
const LEAST_STEP = 1e-3

/**
 * A bound on the expected discounted cost of any plan: with "each area is served once" priced by
 * multipliers, each site plans alone, by dynamic programming over its sizes along the tree of
 * years and scenarios, with the areas worth most for their demand in its capacity. The cap on
 * changes a year is left out, which only lowers the bound.
 */
export function boundSiting(
  problem: SitingProblem,
  value: number,
  rounds: number,
  isOver: (bound: number) => boolean,
): number {
  const source = createSource(problem)
  const volume = startVolume(source, firstMultipliers(problem, value))
  for (let round = 0; round < rounds && volume.step > LEAST_STEP; round++) {
    if (isOver(volume.bound)) break
    volumeRound(volume, value)
  }
  return volume.bound
}

/** The cost of a plan dealt out by demand. */
function firstMultipliers(problem: SitingProblem, value: number): Float64Array {
  const { scenarios, years, areaIds } = problem
  const areas = areaIds.length
  const result = new Float64Array(scenarios.length * years * areas)
  let total = 0
  scenarios.forEach(({ demand }, w) => {
    for (let t = 0; t < years; t++) {
      for (let a = 0; a < areas; a++) {
        const units = weightOf(problem, w, t) * demand[t * areas + a]!
        result[(w * years + t) * areas + a] = units
        total += units
      }
    }
  })
  return result.map((units) => (total === 0 ? 0 : (units * value) / total))
}

interface Source extends VolumeSource {
  readonly problem: SitingProblem
  /** Best worth for demand first, of the year and site at hand. */
  readonly order: Int32Array
  readonly ratio: Float64Array
}

function createSource(problem: SitingProblem): Source {
  const rows = problem.scenarios.length * problem.years * problem.areaIds.length
  const source: Source = {
    problem,
    served: new Float64Array(rows),
    chosen: new Uint8Array(problem.sites.length),
    order: new Int32Array(problem.areaIds.length),
    ratio: new Float64Array(problem.areaIds.length),
    evaluate: (multipliers) => evaluate(source, multipliers),
  }
  return source
}

function evaluate(source: Source, multipliers: Float64Array): number {
  const { problem, served, chosen } = source
  const { scenarios, years, areaIds } = problem
  const areas = areaIds.length
  served.fill(0)
  let total = 0
  scenarios.forEach(({ demand }, w) => {
    for (let t = 0; t < years; t++) {
      for (let a = 0; a < areas; a++) {
        // Who asks for nothing is served already.
        const row = (w * years + t) * areas + a
        if (demand[t * areas + a]! > 0) total += multipliers[row]!
        else served[row] = 1
      }
    }
  })
  problem.sites.forEach((_, s) => {
    const plan = planAlone(source, multipliers, s)
    total += plan.cost
    chosen[s] = plan.sizes.some((size) => size >= 0) ? 1 : 0
    serve(source, multipliers, s, plan.sizes)
  })
  return total
}

/** Areas worth serving from a site in a year, best first; returns how many. */
function rank(source: Source, multipliers: Float64Array, s: number, w: number, t: number): number {
  const { problem, order, ratio } = source
  const { areaIds, scenarios, transportCents, years } = problem
  const areas = areaIds.length
  const weight = weightOf(problem, w, t)
  let count = 0
  for (let a = 0; a < areas; a++) {
    const units = scenarios[w]!.demand[t * areas + a]!
    if (units === 0) continue
    const worth = multipliers[(w * years + t) * areas + a]! / units
    ratio[a] = worth - weight * transportCents[s * areas + a]!
    if (ratio[a]! > 0) order[count++] = a
  }
  order.subarray(0, count).sort((a, b) => ratio[b]! - ratio[a]! || a - b)
  return count
}

/** What a site of each size earns in a year by the areas it serves, weighted; closed last: 0. */
function earnings(source: Source, multipliers: Float64Array, s: number, w: number, t: number) {
  const { problem, order, ratio } = source
  const count = rank(source, multipliers, s, w, t)
  const areas = problem.areaIds.length
  return problem.sites[s]!.sizes.map(({ capacity }) => {
    let left = capacity
    let worth = 0
    for (let k = 0; k < count && left > 0; k++) {
      const units = Math.min(left, problem.scenarios[w]!.demand[t * areas + order[k]!]!)
      worth += units * ratio[order[k]!]!
      left -= units
    }
    return worth
  })
}

/** A site's own best path; `sizes` as in a plan, of this site alone. */
interface OwnPlan {
  readonly cost: number
  /** Of scenario w and year t at `w × years + t`. */
  readonly sizes: Int8Array
}

function planAlone(source: Source, multipliers: Float64Array, s: number): OwnPlan {
  const { problem } = source
  const { scenarios, years, committedYears } = problem
  const own = scenarios.map((_, w) =>
    Array.from({ length: years }, (_, t) => yearCosts(source, multipliers, s, w, t)),
  )
  const sizes = new Int8Array(scenarios.length * years)
  const branches = own.map((costs, w) =>
    pathFrom(problem, s, costs, scenarioWeights(problem, w), committedYears, undefined),
  )
  const joint = Array.from({ length: committedYears }, (_, t) =>
    own[0]![t]!.map((_, size) => own.reduce((sum, costs) => sum + costs[t]![size]!, 0)),
  )
  const weights = Array.from({ length: committedYears }, (_, t) =>
    scenarios.reduce((sum, _, w) => sum + weightOf(problem, w, t), 0),
  )
  const after = (size: number) => branches.reduce((sum, branch) => sum + branch.cost(size), 0)
  const trunk = pathFrom(problem, s, joint, weights, 0, after)
  const { today } = problem.sites[s]!
  const shared = trunk.follow(today)
  const last = shared[committedYears - 1] ?? today
  branches.forEach((branch, w) => {
    sizes.set([...shared, ...branch.follow(last)], w * years)
  })
  return { cost: trunk.cost(today), sizes }
}

const scenarioWeights = (problem: SitingProblem, w: number) =>
  Array.from({ length: problem.years }, (_, t) => weightOf(problem, w, t))

/** Cost of each size in a year less what it earns; closed at the end; Infinity where not allowed. */
function yearCosts(source: Source, multipliers: Float64Array, s: number, w: number, t: number) {
  const { sizes, hold } = source.problem.sites[s]!
  const weight = weightOf(source.problem, w, t)
  const earned = hold === 'forbid' ? [] : earnings(source, multipliers, s, w, t)
  const open = sizes.map(({ yearlyCents }, k) => {
    return hold === 'forbid' ? Infinity : weight * yearlyCents - earned[k]!
  })
  return [...open, hold === 'keep' ? Infinity : 0]
}

/** The least cost of the years from `first` on, by the size before them. */
interface Path {
  cost(before: number): number
  /** Sizes of those years when each follows the best. */
  follow(before: number): number[]
}

/** Dynamic programming over sizes, from the last year back; `after` is what follows the last year. */
function pathFrom(
  problem: SitingProblem,
  s: number,
  costs: readonly (readonly number[])[],
  weights: readonly number[],
  first: number,
  after: ((size: number) => number) | undefined,
): Path {
  const site = problem.sites[s]!
  const closed = site.sizes.length
  const states = Array.from({ length: closed + 1 }, (_, k) => (k === closed ? -1 : k))
  let ahead = states.map((size) => after?.(size) ?? 0)
  const choices: number[][] = []
  for (let t = costs.length - 1; t >= first; t--) {
    const best = states.map((from) => {
      const totals = states.map((to, k) => {
        return weights[t]! * changeCents(site, from, to) + costs[t]![k]! + ahead[k]!
      })
      const choice = totals.reduce((least, total, k) => (total < totals[least]! ? k : least), 0)
      return { choice, total: totals[choice]! }
    })
    choices.unshift(best.map(({ choice }) => choice))
    ahead = best.map(({ total }) => total)
  }
  const indexOf = (size: number) => (size < 0 ? closed : size)
  return {
    cost: (before) => ahead[indexOf(before)]!,
    follow(before) {
      let state = indexOf(before)
      return choices.map((choice) => {
        state = choice[state]!
        return states[state]!
      })
    },
  }
}

/** Adds what a site serves on its own best path. */
function serve(source: Source, multipliers: Float64Array, s: number, sizes: Int8Array): void {
  const { problem, served, order } = source
  const { scenarios, years, areaIds } = problem
  const areas = areaIds.length
  scenarios.forEach(({ demand }, w) => {
    for (let t = 0; t < years; t++) {
      let left = capacityOf(problem.sites[s]!, sizes[w * years + t]!)
      if (left === 0) continue
      const count = rank(source, multipliers, s, w, t)
      for (let k = 0; k < count && left > 0; k++) {
        const units = demand[t * areas + order[k]!]!
        served[(w * years + t) * areas + order[k]!]! += Math.min(1, left / units)
        left -= units
      }
    }
  })
}
