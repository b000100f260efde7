import { requireArgument } from '../../core/errors.ts'
import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { Database } from '../../core/sql/database.ts'
import { textAt, textsOf } from '../../core/table.ts'
import { type PlacementPlan, placementTable } from '../../inventory/index.ts'
import { regions } from '../../network/index.ts'
import type { MadeResult, StepContext, StepResult } from '../steps/context.ts'
import { currentVersion, hashOf, hashTables, listVersions, type Version } from '../versions.ts'
import { demandByArea, NETWORK_TABLES, type NetworkFacts, readNetworkFacts } from './facts.ts'
import { SAFETY_DEVIATIONS, STOCK_COVER_DAYS } from './knobs.ts'
import { type JudgedPlans, judgePlans, withoutJudged } from './region-score.ts'
import { lineShareInRoom, placeInRegions, STOCKED, storeStock } from './region-stock.ts'

export interface RegionOptions {
  /** Numbers of regions to try; absent: 2 to 16, at most one a site with stock. */
  readonly counts?: readonly number[]
  /** Most areas that may leave the region they are in. */
  readonly mostMoved?: number
  /** Areas and sites tied to a region by hand: id → region id (R1, R2, …). */
  readonly fixedAreas?: Readonly<Record<string, string>>
  readonly fixedSites?: Readonly<Record<string, string>>
}

/** What belongs to a plan of regions as a whole. */
export interface RegionsNote {
  readonly regions: number
  readonly areas: number
  readonly sites: number
  readonly orders: number
  readonly orderDays: number
  readonly wholeShare: number
  readonly costCents: number
  readonly promisedShare: number
  readonly breadth: number
  /** Areas that leave the region they were in; null without regions before. */
  readonly movedAreas: number | null
  readonly why: string
  /** Stock placed: lines, and units that would have to move. */
  readonly placedLines: number
  readonly unitsToMove: number
  /** How the best plans were compared; null, or absent in older plans, where none was simulated. */
  readonly simulated?: JudgedPlans | null
}

const REGIONS_METHOD = 4

/**
 * Proposes regions and the stock they would hold, from the orders, sites and areas of the store.
 * Nothing changes until a person applies it. Throws ERR_INFEASIBLE naming what blocks.
 */
export async function regionsStep(
  context: StepContext,
  options: RegionOptions = {},
): Promise<StepResult | MadeResult> {
  const { db, settings } = context
  const current = await currentVersion(db, 'regions')
  const inputHash = hashOf([
    await hashTables(db, NETWORK_TABLES),
    current?.version ?? 0,
    settings.knobs,
    settings.forecast.seed,
    options,
    REGIONS_METHOD,
  ])
  const known = (await listVersions(db, 'regions')).find((one) => one.inputHash === inputHash)
  if (known !== undefined) return { kind: 'regions', version: known.version, skipped: true }
  const facts = await readNetworkFacts(db, settings.knobs)
  const before = await planInForce(db, facts, current)
  const planned = withoutJudged(facts, settings.knobs)
  const problem = problemOf(planned, context)
  const judge = judgePlans(facts, planned, problem, settings)
  const result = await regions.planRegions(problem, {
    counts: options.counts ?? countsFor(facts),
    settings: knobsFor(planned, settings.knobs),
    seed: settings.forecast.seed,
    limits: limitsOf(options, facts, before),
    onProgress: context.onProgress,
    ...(judge === undefined ? {} : { score: judge.score }),
    ...(context.signal === undefined ? {} : { signal: context.signal }),
  })
  const { plan } = result.chosen
  const lineShare = lineShareInRoom(problem, plan, settings.knobs)
  const placement = placeInRegions(facts, plan, lineShare, settings.knobs)
  return {
    kind: 'regions',
    inputHash,
    isProposal: true,
    note: {
      ...noteOf(planned, result, placement, before !== undefined),
      simulated: judge?.told(before) ?? null,
    },
    write: (target, version) =>
      write(target, version, facts, problem, result, placement, before, context),
  }
}

async function write(
  db: Database,
  version: number,
  facts: NetworkFacts,
  problem: regions.RegionProblem,
  result: regions.RegionsResult,
  placement: PlacementPlan,
  before: regions.RegionPlan | undefined,
  { settings }: StepContext,
): Promise<void> {
  const tables = regions.regionTables(problem, result, {
    version,
    ...(before === undefined ? {} : { before }),
  })
  for (const [name, table] of Object.entries(tables)) await db.append(name, table)
  await db.append(
    'placement_plan',
    placementTable(placement, {
      version,
      siteIds: facts.network.sites.ids,
      productIds: facts.products.ids,
      unitM3: facts.unitM3,
      coverDays: readKnob(STOCK_COVER_DAYS, settings.knobs),
    }),
  )
}

/**
 * The knobs, with ways kept open from sites to areas priced by how often they are used: in a store of
 * fewer orders a day than areas most ways carry a parcel now and then, and cost as much less.
 */
function knobsFor({ orders, network: { areas } }: NetworkFacts, knobs: KnobSettings): KnobSettings {
  const used = Math.min(1, orders.ids.length / orders.days / areas.ids.length)
  const { laneCents } = regions.readPrices(knobs)
  return { ...knobs, 'network.region-lane-cents': laneCents * used }
}

function countsFor({ network: { sites } }: NetworkFacts): number[] {
  const stocked = sites.kinds.filter((kind) => STOCKED.has(kind)).length
  const most = Math.min(16, stocked)
  return Array.from({ length: Math.max(1, most - 1) }, (_, i) => Math.min(most, i + 2))
}

/** The partition problem of a store: what its orders hold, and what its knobs say. */
export function problemOf(
  facts: NetworkFacts,
  { settings }: { readonly settings: Pick<StepContext['settings'], 'knobs'> },
): regions.RegionProblem {
  const { network, orders, products, unitM3 } = facts
  const placed = orders.starts.length - 1
  const units = new Float64Array(unitM3.length)
  const lines = new Float64Array(unitM3.length)
  orders.product.forEach((j, line) => {
    units[j]! += orders.quantity[line]! / placed
    lines[j]! += 1 / placed
  })
  const model = regions.learnOrderModel(
    {
      unitsPerOrder: units,
      linesPerOrder: lines,
      unitM3,
      casePack: products.casePack.map((pack) => (pack >= 1 ? pack : 1)),
    },
    orders,
    {
      coverDays: readKnob(STOCK_COVER_DAYS, settings.knobs),
      safety: readKnob(SAFETY_DEVIATIONS, settings.knobs),
    },
  )
  const demand = demandByArea(orders, network.areas.population)
  const ordersADay = demand.reduce((sum, one) => sum + one, 0)
  const stock = regions.learnStockCurves(
    orders,
    storeStock(facts, units, ordersADay, settings.knobs),
  )
  return regions.regionProblemOf(network, demand, { ...model, stock }, settings.knobs)
}

function limitsOf(
  { mostMoved, fixedAreas = {}, fixedSites = {} }: RegionOptions,
  { network: { areas, sites } }: NetworkFacts,
  before: regions.RegionPlan | undefined,
): regions.RegionLimits {
  const tied = (what: string, ids: readonly string[], fixed: Readonly<Record<string, string>>) =>
    Object.entries(fixed).map(([id, region]) => {
      const at = ids.indexOf(id)
      requireArgument(at >= 0, `there is no ${what} ${id} to tie to region ${region}`)
      requireArgument(regionNumber(region) >= 0, `${region} is no region; they are R1, R2, …`)
      return { at, region: regionNumber(region) }
    })
  return {
    fixedAreas: tied('area', areas.ids, fixedAreas).map(({ at, region }) => ({ area: at, region })),
    fixedSites: tied('site', sites.ids, fixedSites).map(({ at, region }) => ({ site: at, region })),
    ...(before === undefined ? {} : { before }),
    ...(mostMoved === undefined || before === undefined ? {} : { mostMoved }),
  }
}

/** R1 is region 0; −1 where the id is none of ours. */
export function regionNumber(id: string): number {
  return /^R\d+$/.test(id) ? Number(id.slice(1)) - 1 : -1
}

/** The regions in force on the areas and sites of today; undefined without any, or where places are new. */
export async function planInForce(
  db: Database,
  { network: { areas, sites } }: Pick<NetworkFacts, 'network'>,
  version: Pick<Version, 'version'> | undefined,
): Promise<regions.RegionPlan | undefined> {
  if (version === undefined) return undefined
  const table = await db.table(
    'SELECT place_kind, place_id, region_id FROM regions WHERE version = $1',
    [version.version],
  )
  const [kinds, places, ids] = (['place_kind', 'place_id', 'region_id'] as const).map((name) =>
    textsOf(table, name),
  ) as [ReturnType<typeof textsOf>, ReturnType<typeof textsOf>, ReturnType<typeof textsOf>]
  const regionOf = new Map<string, number>()
  for (let row = 0; row < table.rowCount; row++) {
    const place = `${textAt(kinds, row)} ${textAt(places, row)}`
    regionOf.set(place, regionNumber(textAt(ids, row)!))
  }
  const areaRegion = Int32Array.from(areas.ids, (id) => regionOf.get(`area ${id}`) ?? -1)
  const siteRegion = Int32Array.from(sites.ids, (id) => regionOf.get(`site ${id}`) ?? -1)
  if (areaRegion.includes(-1) || siteRegion.includes(-1)) return undefined
  return {
    regions: 1 + areaRegion.reduce((most, r) => Math.max(most, r), 0),
    areaRegion,
    siteRegion,
  }
}

function noteOf(
  { network, orders }: NetworkFacts,
  { chosen, curve, reasons }: regions.RegionsResult,
  placement: PlacementPlan,
  hadRegions: boolean,
): Omit<RegionsNote, 'simulated'> {
  const { total } = chosen.measures
  const point = curve.findIndex(({ regions: count }) => count === chosen.plan.regions)
  let unitsToMove = 0
  placement.targetUnits.forEach((units, line) => {
    unitsToMove += Math.max(0, units - placement.nowUnits[line]!)
  })
  return {
    regions: chosen.plan.regions,
    areas: network.areas.ids.length,
    sites: network.sites.ids.length,
    orders: orders.ids.length,
    orderDays: orders.days,
    wholeShare: total.wholeShare,
    costCents: total.costCents,
    promisedShare: total.promisedShare,
    breadth: total.breadth,
    movedAreas: hadRegions ? chosen.moved : null,
    why: reasons[point] ?? '',
    placedLines: placement.site.length,
    unitsToMove,
  }
}
