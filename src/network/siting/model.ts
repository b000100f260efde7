import type { LinearModel } from '../../core/optimize/linear/linear-model.ts'
import { createModelBuilder, type ModelBuilder } from '../../core/optimize/linear/model-builder.ts'
import { nodeCount, nodeOf, type SitingProblem, weightOf } from './problem.ts'

/** The mixed-integer model of a problem and where its decisions stand in it. */
export interface SitingModel {
  readonly model: LinearModel
  /** Column of "site s is of size k or larger in node n" at `n × columnsPerNode + offset[s] + k`. */
  readonly columnsPerNode: number
  readonly offsets: Int32Array
  /** Cents that one unit of the objective is. */
  readonly scale: number
}

interface Draft {
  readonly problem: SitingProblem
  readonly builder: ModelBuilder
  readonly columnsPerNode: number
  readonly offsets: Int32Array
  readonly scale: number
  /** Weight of each node: probabilities of its scenarios together, discounted. */
  readonly weights: Float64Array
  /** Node before each, −1 before the first year. */
  readonly before: Int32Array
}

/**
 * Sizes are steps (z_k: the site is of size k or larger), so that the relaxation knows that a large
 * building is a small one grown; service only from open sites (x ≤ z_0) makes it strong. Each area
 * is served from its `nearest` cheapest sites alone.
 */
export function buildModel(problem: SitingProblem, nearest: number): SitingModel {
  const draft = newDraft(problem)
  addSizes(draft)
  addOrder(draft)
  addChanges(draft)
  addService(draft, nearest)
  const { columnsPerNode, offsets, scale } = draft
  return { model: draft.builder.model(), columnsPerNode, offsets, scale }
}

function newDraft(problem: SitingProblem): Draft {
  const { sites, scenarios, years } = problem
  const offsets = new Int32Array(sites.length + 1)
  sites.forEach(({ sizes }, s) => {
    offsets[s + 1] = offsets[s]! + sizes.length
  })
  const nodes = nodeCount(problem)
  const weights = new Float64Array(nodes)
  const before = new Int32Array(nodes).fill(-1)
  scenarios.forEach((_, w) => {
    for (let t = 0; t < years; t++) {
      weights[nodeOf(problem, w, t)]! += weightOf(problem, w, t)
      if (t > 0) before[nodeOf(problem, w, t)] = nodeOf(problem, w, t - 1)
    }
  })
  const costs = sites.flatMap(({ sizes }) => sizes.map((size) => size.yearlyCents))
  const scale = Math.max(1, ...costs) / 100
  const builder = createModelBuilder()
  return {
    problem,
    builder,
    columnsPerNode: offsets[sites.length]!,
    offsets,
    scale,
    weights,
    before,
  }
}

const columnOf = ({ columnsPerNode, offsets }: Draft, node: number, site: number, size: number) =>
  node * columnsPerNode + offsets[site]! + size

/** Columns z, one a node, site and size: the first of the model. */
function addSizes({ problem, builder, weights, scale }: Draft): void {
  for (const weight of weights) {
    for (const { sizes, hold } of problem.sites) {
      sizes.forEach(({ yearlyCents }, k) => {
        const more = yearlyCents - (sizes[k - 1]?.yearlyCents ?? 0)
        builder.column({
          cost: (weight * more) / scale,
          lower: hold === 'keep' && k === 0 ? 1 : 0,
          upper: hold === 'forbid' ? 0 : 1,
          integer: true,
        })
      })
    }
  }
}

function addOrder(draft: Draft): void {
  const { problem, builder, weights } = draft
  builder.family('a larger size contains the smaller')
  for (let n = 0; n < weights.length; n++) {
    problem.sites.forEach(({ sizes }, s) => {
      for (let k = 1; k < sizes.length; k++) {
        builder.row(0, Infinity, [columnOf(draft, n, s, k - 1), columnOf(draft, n, s, k)], [1, -1])
      }
    })
  }
}

/** Growing, closing, no shrinking, and the changes of a year. */
function addChanges(draft: Draft): void {
  const { problem, builder, weights, before } = draft
  const { sites, maxChangesPerYear } = problem
  const changes: number[][] = []
  builder.family('sizes from one year to the next')
  for (let n = 0; n < weights.length; n++) {
    changes.push(sites.map((_, s) => addSiteChange(draft, n, s, before[n]!)))
  }
  if (maxChangesPerYear === undefined) return
  builder.family('changes a year', (node) => `decisions ${node + 1}`)
  for (const columns of changes) builder.row(-Infinity, maxChangesPerYear, columns, 1)
}

/** Rows and columns of what one site does in one node; returns the column that says that it changes. */
function addSiteChange(draft: Draft, node: number, site: number, before: number): number {
  const { problem, builder, weights, scale } = draft
  const { sizes, closeCents, today } = problem.sites[site]!
  const weight = weights[node]! / scale
  const change = builder.column({ upper: 1 })
  const close = builder.column({ cost: weight * closeCents, upper: 1 })
  builder.row(0, Infinity, [change, close], [1, -1])
  if (sizes.length > 1) builder.row(-Infinity, 1, [close, columnOf(draft, node, site, 0)], 1)
  sizes.forEach(({ buildCents }, k) => {
    const z = columnOf(draft, node, site, k)
    const grow = builder.column({ cost: weight * buildCents, upper: 1 })
    builder.row(0, Infinity, [change, grow], [1, -1])
    if (before < 0) {
      const was = k <= today ? 1 : 0
      builder.row(-was, Infinity, [grow, z], [1, -1])
      builder.row(was, Infinity, [z, close], 1)
      return
    }
    const previous = columnOf(draft, before, site, k)
    builder.row(0, Infinity, [grow, z, previous], [1, -1, 1])
    builder.row(0, Infinity, [z, close, previous], [1, 1, -1])
  })
  return change
}

/** Shares of each area's demand by site, year and scenario. */
function addService(draft: Draft, nearest: number): void {
  const { problem } = draft
  const near = nearestSites(problem, nearest)
  problem.scenarios.forEach((_, w) => {
    for (let t = 0; t < problem.years; t++) addServiceYear(draft, near, w, t)
  })
}

/** A year of a scenario as the service rows need it. */
interface ServiceYear {
  readonly node: number
  /** "in year 2 of fast" */
  readonly when: string
  /** Areas that ask for something, and how much. */
  readonly asking: readonly number[]
  readonly units: readonly number[]
  /** Columns of their shares, one for each near site. */
  readonly shares: readonly (readonly number[])[]
}

function addServiceYear(draft: Draft, near: readonly number[][], w: number, t: number): void {
  const { problem, builder, scale } = draft
  const areas = problem.areaIds.length
  const { demand, name } = problem.scenarios[w]!
  const weight = weightOf(problem, w, t) / scale
  const asking = problem.areaIds.map((_, a) => a).filter((a) => demand[t * areas + a]! > 0)
  const units = asking.map((a) => demand[t * areas + a]!)
  const shares = asking.map((a, row) =>
    near[a]!.map((s) => {
      const cents = units[row]! * problem.transportCents[s * areas + a]!
      return builder.column({ cost: weight * cents, upper: 1 })
    }),
  )
  const when = `in year ${t + 1} of ${name}`
  const year = { node: nodeOf(problem, w, t), when, asking, units, shares }
  builder.family('demand', (row) => `${problem.areaIds[asking[row]!]} ${when}`)
  for (const columns of shares) builder.row(1, 1, columns, 1)
  addOpenOnly(draft, near, year)
  addCapacity(draft, near, year)
}

/** A share is served only where the site is open. */
function addOpenOnly(draft: Draft, near: readonly number[][], year: ServiceYear): void {
  const { builder } = draft
  builder.family('service from open sites only', () => year.when)
  year.asking.forEach((a, row) => {
    near[a]!.forEach((s, k) => {
      const open = columnOf(draft, year.node, s, 0)
      builder.row(0, Infinity, [open, year.shares[row]![k]!], [1, -1])
    })
  })
}

/** What a site serves fits its size; units are told in those of the largest area. */
function addCapacity(draft: Draft, near: readonly number[][], year: ServiceYear): void {
  const { problem, builder } = draft
  const { sites } = problem
  const unit = Math.max(1e-9, ...year.units)
  const loads = sites.map(() => ({ columns: [] as number[], units: [] as number[] }))
  year.asking.forEach((a, row) => {
    near[a]!.forEach((s, k) => {
      loads[s]!.columns.push(year.shares[row]![k]!)
      loads[s]!.units.push(year.units[row]! / unit)
    })
  })
  const used = sites.map((_, s) => s).filter((s) => loads[s]!.columns.length > 0)
  builder.family('capacity', (row) => `${sites[used[row]!]!.id} ${year.when}`)
  for (const s of used) {
    const { sizes } = sites[s]!
    const steps = sizes.map((size, k) => -(size.capacity - (sizes[k - 1]?.capacity ?? 0)) / unit)
    const z = steps.map((_, k) => columnOf(draft, year.node, s, k))
    const { columns, units } = loads[s]!
    builder.row(-Infinity, 0, [...columns, ...z], [...units, ...steps])
  }
}

/** The allowed sites that serve each area for least. */
function nearestSites(problem: SitingProblem, count: number): readonly number[][] {
  const { areaIds, sites, transportCents } = problem
  const areas = areaIds.length
  return areaIds.map((_, a) =>
    sites
      .map((_, s) => s)
      .filter((s) => sites[s]!.hold !== 'forbid' && transportCents[s * areas + a]! < Infinity)
      .sort((x, y) => transportCents[x * areas + a]! - transportCents[y * areas + a]! || x - y)
      .slice(0, count),
  )
}
