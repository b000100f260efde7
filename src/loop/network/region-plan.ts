import { requireArgument } from '../../core/errors.ts'
import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { Database } from '../../core/sql/database.ts'
import { textAt, textsOf } from '../../core/table.ts'
import {
  type PlacementPlan,
  placementTable,
  placeStock,
  wholeOrderSavings,
} from '../../inventory/index.ts'
import { regions } from '../../network/index.ts'
import type { MadeResult, StepContext, StepResult } from '../steps/context.ts'
import { currentVersion, hashOf, hashTables, listVersions, type Version } from '../versions.ts'
import { demandByArea, NETWORK_TABLES, type NetworkFacts, readNetworkFacts } from './facts.ts'
import { DEMAND_DISPERSION, IDLE_RATE, SAFETY_DEVIATIONS, STOCK_COVER_DAYS } from './knobs.ts'

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
}

const REGIONS_METHOD = 2
const STOCKED = new Set(['fulfilment_centre', 'shop'])

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
  const problem = problemOf(facts, context)
  const result = await regions.planRegions(problem, {
    counts: options.counts ?? countsFor(facts),
    settings: knobsFor(facts, settings.knobs),
    seed: settings.forecast.seed,
    limits: limitsOf(options, facts, before),
    onProgress: context.onProgress,
    ...(context.signal === undefined ? {} : { signal: context.signal }),
  })
  const placement = placeInRegions(facts, result.chosen, context)
  return {
    kind: 'regions',
    inputHash,
    isProposal: true,
    note: noteOf(facts, result, placement, before !== undefined),
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
  return regions.regionProblemOf(network, demand, model, settings.knobs)
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

/** Products that a region sells as many units of as the whole store says more about than it does itself. */
const PRIOR_UNITS = 20

/**
 * Stock of each site under the rooms, by what a unit saves in its region. What is placed is what lies
 * in the sites; a store that does not count its stock has as much as is wanted.
 */
function placeInRegions(
  { network: { sites }, orders, products, unitM3, nowUnits }: NetworkFacts,
  { plan, measures }: regions.Candidate,
  { settings: { knobs } }: StepContext,
): PlacementPlan {
  const coverDays = readKnob(STOCK_COVER_DAYS, knobs)
  const count = unitM3.length
  const supply = new Float64Array(count)
  nowUnits.forEach((units, at) => {
    supply[at % count]! += units
  })
  const { splitCents } = regions.readPrices(knobs)
  const inRegion = new Float64Array(count).fill(measures.total.lineShare)
  const isCounted = supply.some((units) => units > 0)
  return placeStock({
    products: count,
    regions: plan.regions,
    siteRegion: plan.siteRegion,
    capacityM3: sites.capacityM3.map((room, s) => (STOCKED.has(sites.kinds[s]!) ? room : 0)),
    unitM3,
    casePack: new Float64Array(count).fill(1),
    demandMean: regionalDemand(orders, plan, count, coverDays),
    dispersion: new Float64Array(count).fill(readKnob(DEMAND_DISPERSION, knobs)),
    savedCents: wholeOrderSavings(orders, inRegion, splitCents),
    idleCents: products.unitCostCents.map(
      (c) => (c * readKnob(IDLE_RATE, knobs) * coverDays) / 365,
    ),
    nowUnits,
    ...(isCounted ? { supplyUnits: supply } : {}),
  })
}

/** Units over the cover, region × product: the product's own split over regions, drawn towards that of all. */
function regionalDemand(
  orders: NetworkFacts['orders'],
  { regions: count, areaRegion }: regions.RegionPlan,
  products: number,
  coverDays: number,
): Float32Array {
  const own = new Float64Array(count * products)
  const all = new Float64Array(count)
  const total = new Float64Array(products)
  for (let o = 0; o + 1 < orders.starts.length; o++) {
    const region = areaRegion[orders.area[o]!]!
    for (let line = orders.starts[o]!; line < orders.starts[o + 1]!; line++) {
      const units = orders.quantity[line]!
      own[region * products + orders.product[line]!]! += units
      total[orders.product[line]!]! += units
      all[region]! += units
    }
  }
  const sum = all.reduce((a, b) => a + b, 0)
  return Float32Array.from(own, (units, at) => {
    const [region, product] = [Math.floor(at / products), at % products]
    const share = (units + (PRIOR_UNITS * all[region]!) / sum) / (total[product]! + PRIOR_UNITS)
    return ((share * total[product]!) / orders.days) * coverDays
  })
}

function noteOf(
  { network, orders }: NetworkFacts,
  { chosen, curve, reasons }: regions.RegionsResult,
  placement: PlacementPlan,
  hadRegions: boolean,
): RegionsNote {
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
