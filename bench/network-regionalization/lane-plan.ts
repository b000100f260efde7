import { type Departures, lanes, type regions as regional } from '../../src/network/index.ts'
import type { PlacedStock } from './after.ts'
import type { Case } from './case.ts'

/** What a store knows of its buildings in round numbers; what the simulator takes is not read. */
const PACKING_MINUTES = 180
const SORTING_MINUTES = 60
/** Cents a m³ through a sort centre: about 25 parcels at 20 cents. */
const SORTING_CENTS = 600
/** Standard deviations of the time on the way that a promise waits for. */
const DEVIATIONS = 1.5
const WEEK_MINUTES = 10_080

/**
 * What a parcel may wait in all beside the fastest way, minutes: within its region, and from another
 * one. Every lane's departures are counted as just missed, so that most wait half of it. Chosen on
 * seed 101, which is not judged: a day and two days promise earlier and run emptier trucks, longer
 * ones the other way round.
 */
const WAIT_MINUTES = 2 * 1440
const FAR_WAIT_MINUTES = 4 * 1440
/** A short search: most of what it gains it gains at once. */
const SEARCH = { 'network.lane-placements': 20_000 }

/** What lanes a policy runs: as the plan's departures say, or at the times of today's timetable. */
export interface PlannedLanes {
  readonly openLanes: Uint8Array
  readonly departures: Departures
  /** The planned lanes at the times of today's timetable, where trucks leave together. */
  readonly atTodaysTimes: Departures
}

/** Lanes and their departures as `network/lanes` plans them from the history. */
export function planLanesFor(
  world: Case,
  plan: regional.RegionPlan,
  stock: PlacedStock,
): PlannedLanes {
  const { network, seed } = world
  const sites = network.sites.ids.length
  const choice = lanes.plannableLanes(network, {
    ...parcelDensity(world),
    deviations: DEVIATIONS,
  })
  const demand = lanes.laneDemandOf(network, sentByArea(world), {
    areaRegion: plan.areaRegion,
    siteRegion: plan.siteRegion,
    sourceShare: sourceShares(plan, placedM3(world, stock.baseStock), stock.unitShare),
    // The windows that follow from these are replaced below by ones pair by pair.
    promiseDays: 1,
    farPromiseDays: 1,
    packingMinutes: PACKING_MINUTES,
    growth: world.params.boxFactor * world.params.ordersPerReplayed,
  })
  const sorts = network.sites.kinds.map((kind) => kind === 'sort_centre')
  const problem: lanes.LaneProblem = {
    sites,
    lanes: choice.lanes,
    demand: { ...demand, windowMinutes: windowsOf(choice.lanes, demand, sorts, plan) },
    limits: {
      throughputM3: new Float64Array(sites).fill(Number.POSITIVE_INFINITY),
      siteRegion: plan.siteRegion,
      transferMinutes: new Float64Array(sites).fill(SORTING_MINUTES),
      transferCents: new Float64Array(sites).fill(SORTING_CENTS),
      isTransfer: Uint8Array.from(sorts, Number),
      regions: plan.regions,
    },
  }
  const made = lanes.planLanes(problem, { seed, mayBeLate: true, knobs: SEARCH })
  return asPolicy(world, choice, made)
}

/** kg and parcels in a m³ of parcels, as the history's orders weigh and measure, each in one parcel. */
function parcelDensity({ history, shop, params }: Case) {
  let m3 = 0
  let kg = 0
  history.product.forEach((p, line) => {
    m3 += history.quantity[line]! * shop.unitM3[p]! * params.boxFactor
    kg += history.quantity[line]! * shop.unitKg[p]!
  })
  return { kgPerM3: kg / m3, parcelsPerM3: history.minute.length / m3 }
}

/** m³ of goods by area and week: the last whole weeks of the history, each one a scenario. */
function sentByArea({ history, shop, network, days }: Case): lanes.SentOrders {
  const weeks = Math.floor(days / 7)
  const first = (days - 7 * weeks) * 1440
  const areas = network.areas.ids.length
  const m3 = new Float64Array(areas * weeks)
  history.minute.forEach((minute, o) => {
    if (minute < first) return
    const week = Math.min(weeks - 1, Math.floor((minute - first) / WEEK_MINUTES))
    for (let line = history.starts[o]!; line < history.starts[o + 1]!; line++)
      m3[history.area[o]! * weeks + week]! +=
        history.quantity[line]! * shop.unitM3[history.product[line]!]!
  })
  return {
    area: Int32Array.from(m3, (_, at) => Math.floor(at / weeks)),
    week: Int32Array.from(m3, (_, at) => at % weeks),
    m3,
    weeks,
  }
}

/** m³ of stock at each site, of stock product × centre. */
function placedM3({ network, centres, shop }: Case, stock: Int32Array): Float64Array {
  const m3 = new Float64Array(network.sites.ids.length)
  stock.forEach((units, cell) => {
    const product = Math.floor(cell / centres.length)
    m3[centres[cell % centres.length]!]! += units * shop.unitM3[product]!
  })
  return m3
}

/**
 * Where a region's orders come from, row-major region × site: the share of units that its own stock is
 * expected to meet from its own sites by what is placed there, the rest from the sites of all others alike.
 */
function sourceShares(
  { regions, siteRegion }: regional.RegionPlan,
  m3: Float64Array,
  unitShare: Float64Array,
): Float64Array {
  const own = new Float64Array(regions)
  m3.forEach((volume, s) => {
    own[siteRegion[s]!]! += volume
  })
  const all = own.reduce((sum, volume) => sum + volume, 0)
  const share = new Float64Array(regions * m3.length)
  for (let r = 0; r < regions; r++) {
    m3.forEach((volume, s) => {
      const isOwn = siteRegion[s] === r
      const part = isOwn ? unitShare[r]! / own[r]! : (1 - unitShare[r]!) / (all - own[r]!)
      if (volume > 0) share[r * m3.length + s] = part * volume
    })
  }
  return share
}

/** Minutes that each pair's parcels may take: the fastest way, and what they may wait. */
function windowsOf(
  candidates: lanes.CandidateLanes,
  demand: lanes.LaneDemand,
  isSort: readonly boolean[],
  { siteRegion }: regional.RegionPlan,
): Float64Array {
  const way = fastestWays(candidates, isSort)
  return Float64Array.from(demand.from, (from, pair) => {
    const to = demand.to[pair]!
    const isFar = siteRegion[from] !== siteRegion[to]
    return way[from * isSort.length + to]! + (isFar ? FAR_WAIT_MINUTES : WAIT_MINUTES)
  })
}

/** Minutes of the fastest way of at most three lanes, row-major site × site, waiting left out. */
function fastestWays(
  { fromSite, toSite, minutes }: lanes.CandidateLanes,
  isSort: readonly boolean[],
): Float64Array {
  const sites = isSort.length
  const lane = new Float64Array(sites * sites).fill(Number.POSITIVE_INFINITY)
  minutes.forEach((time, l) => {
    const at = fromSite[l]! * sites + toSite[l]!
    lane[at] = Math.min(lane[at]!, time)
  })
  const sorts = [...isSort.keys()].filter((site) => isSort[site]!)
  let way = lane
  for (let legs = 2; legs <= 3; legs++) {
    const longer = way.slice()
    for (let from = 0; from < sites; from++) {
      for (const via of sorts) {
        const first = lane[from * sites + via]! + SORTING_MINUTES
        if (first === Number.POSITIVE_INFINITY) continue
        for (let to = 0; to < sites; to++) {
          const at = from * sites + to
          longer[at] = Math.min(longer[at]!, first + way[via * sites + to]!)
        }
      }
    }
    way = longer
  }
  return way
}

/**
 * The plan as a policy: lanes between centres, sort centres and stations, trucks and air alike, are
 * open as it says and closed where it says nothing. The last mile and docks' lanes are no matter of
 * choice and run; moves between centres do not.
 */
function asPolicy(
  { network }: Case,
  choice: lanes.PlannableLanes,
  plan: lanes.LanePlan,
): PlannedLanes {
  const times = new Int32Array(network.lanes.ids.length)
  for (const lane of network.departures.lane) times[lane]! += 1
  const fewer = new Map(Array.from(choice.laneOf, (lane) => [lane, 0]))
  for (const { lane, departuresAWeek } of plan.lanes) {
    const own = choice.laneOf[lane]!
    fewer.set(own, Math.min(departuresAWeek, times[own]!))
  }
  return {
    openLanes: Uint8Array.from(network.lanes.ids, (_, lane) =>
      network.lanes.carriers[lane] === 'Transfer' || fewer.get(lane) === 0 ? 0 : 1,
    ),
    departures: lanes.departuresOfPlan(network, choice, plan),
    atTodaysTimes: lanes.departuresByLane(network, fewer),
  }
}
