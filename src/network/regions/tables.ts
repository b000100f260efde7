import { numberColumn, type Table, textColumn } from '../../core/table.ts'
import { bestOf, centsOf } from './choose.ts'
import { nameOfArea, nameOfSite } from './problem.ts'
import type { RegionsResult, ScoredCandidate } from './result.ts'
import type { RegionMeasures, RegionPlan, RegionProblem } from './types.ts'

export interface RegionTableNames {
  readonly version: number
  /** Name of region r; absent: R1, R2, … */
  readonly regionId?: (region: number) => string
  /** Today's regions. */
  readonly before?: RegionPlan
  /** Areas and sites tied by hand. */
  readonly fixedAreas?: ReadonlySet<number>
}

/** The rows of the tables regions, region_measures and region_curve. */
export interface RegionTables {
  readonly regions: Table
  readonly region_measures: Table
  readonly region_curve: Table
}

/** What a finished search writes down. */
export function regionTables(
  problem: RegionProblem,
  result: RegionsResult,
  names: RegionTableNames,
): RegionTables {
  const idOf = names.regionId ?? ((r: number) => `R${r + 1}`)
  return {
    regions: placesTable(problem, result.chosen.plan, names, idOf),
    region_measures: measuresTable(result.chosen, names.version, idOf),
    region_curve: curveTable(result, names.version),
  }
}

function placesTable(
  problem: RegionProblem,
  plan: RegionPlan,
  names: RegionTableNames,
  idOf: (region: number) => string,
): Table {
  const areas = plan.areaRegion.length
  const sites = plan.siteRegion.length
  const kind = Array.from({ length: areas + sites }, (_, i) => (i < areas ? 'area' : 'site'))
  const beforeOf = (i: number) =>
    i < areas ? names.before?.areaRegion[i] : names.before?.siteRegion[i - areas]
  const regionOf = (i: number) => (i < areas ? plan.areaRegion[i]! : plan.siteRegion[i - areas]!)
  const before = kind.map((_, i) => beforeOf(i))
  return {
    rowCount: kind.length,
    columns: {
      version: numberColumn(kind.map(() => names.version)),
      place_kind: textColumn(kind),
      place_id: textColumn(
        kind.map((_, i) => (i < areas ? nameOfArea(problem, i) : nameOfSite(problem, i - areas))),
      ),
      region_id: textColumn(kind.map((_, i) => idOf(regionOf(i)))),
      before_region_id: textColumn(before.map((r) => (r === undefined ? undefined : idOf(r)))),
      reason: textColumn(
        kind.map((_, i) =>
          i < areas
            ? areaReason(problem, plan, names, i, idOf)
            : `lies in area ${nameOfArea(problem, problem.siteArea[i - areas]!)}`,
        ),
      ),
    },
  }
}

function areaReason(
  problem: RegionProblem,
  plan: RegionPlan,
  names: RegionTableNames,
  area: number,
  idOf: (region: number) => string,
): string {
  const region = plan.areaRegion[area]!
  const moved = names.before !== undefined && names.before.areaRegion[area] !== region
  const from = moved ? `comes from ${idOf(names.before.areaRegion[area]!)}; ` : ''
  if (names.fixedAreas?.has(area) === true) return `${from}set by hand`
  const own = nearest(problem, area, (s) => plan.siteRegion[s] === region)
  const any = nearest(problem, area, () => true)
  if (own < 0) return `${from}no site of its region reaches it`
  const way = (s: number) =>
    `${nameOfSite(problem, s)}, ${Math.round(problem.miles[s * plan.areaRegion.length + area]!)} miles`
  if (own === any) return `${from}nearest site ${way(own)}`
  return `${from}served from ${way(own)}; ${way(any)}, is nearer but in ${idOf(plan.siteRegion[any]!)}, where the area would cost more or upset the balance`
}

function nearest(
  { miles, capacityM3, demand }: RegionProblem,
  area: number,
  from: (site: number) => boolean,
): number {
  let best = -1
  let least = Infinity
  for (let s = 0; s < capacityM3.length; s++) {
    const way = miles[s * demand.length + area]!
    if (!(capacityM3[s]! > 0) || !from(s) || way >= least) continue
    best = s
    least = way
  }
  return best
}

const MEASURES: Readonly<Record<string, (m: RegionMeasures) => number>> = {
  orders_a_day: (m) => m.demand,
  areas: (m) => m.areas,
  sites: (m) => m.sites,
  capacity_m3: (m) => m.capacityM3,
  breadth: (m) => m.breadth,
  whole_share: (m) => m.wholeShare,
  line_share: (m) => m.lineShare,
  miles: (m) => m.milesInside,
  cost_cents: (m) => m.costCents,
  promised_share: (m) => m.promisedShare,
  lanes: (m) => m.lanes,
  outside_lines: (m) => m.outsideLines,
  objective_cents: (m) => m.objectiveCents,
}

function measureColumns(measures: readonly (RegionMeasures | undefined)[]): Table['columns'] {
  return Object.fromEntries(
    Object.entries(MEASURES).map(([name, of]) => [
      name,
      numberColumn(measures.map((m) => (m === undefined ? undefined : finite(of(m))))),
    ]),
  )
}

/** A region without a site has no miles to state. */
const finite = (value: number) => (Number.isFinite(value) ? value : undefined)

function measuresTable(
  { measures }: ScoredCandidate,
  version: number,
  idOf: (region: number) => string,
): Table {
  const { byRegion } = measures
  return {
    rowCount: byRegion.length,
    columns: {
      version: numberColumn(byRegion.map(() => version)),
      region_id: textColumn(byRegion.map((_, r) => idOf(r))),
      ...measureColumns(byRegion),
    },
  }
}

/** One row a number of regions; where something stands in the way the measures are missing. */
function curveTable({ curve, chosen, reasons }: RegionsResult, version: number): Table {
  const best = curve.map((point) => bestOf(point))
  return {
    rowCount: curve.length,
    columns: {
      version: numberColumn(curve.map(() => version)),
      regions: numberColumn(curve.map(({ regions }) => regions)),
      ...measureColumns(best.map((candidate) => candidate?.measures.total)),
      moved_areas: numberColumn(best.map((candidate) => candidate?.moved)),
      score: numberColumn(best.map((c) => (c?.score === undefined ? undefined : centsOf(c)))),
      feasible: numberColumn(best.map((candidate) => (candidate === undefined ? 0 : 1))),
      chosen: numberColumn(best.map((candidate) => (candidate === chosen ? 1 : 0))),
      why: textColumn(reasons),
    },
  }
}
