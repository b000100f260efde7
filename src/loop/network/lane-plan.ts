import { StorewrightError } from '../../core/errors.ts'
import { readKnob } from '../../core/knobs.ts'
import {
  numberColumn,
  numbersOf,
  type Table,
  textAt,
  textColumn,
  textsOf,
} from '../../core/table.ts'
import { lanes, type Network, type regions } from '../../network/index.ts'
import type { MadeResult, StepContext, StepResult } from '../steps/context.ts'
import { currentVersion, hashOf, hashTables, requireVersion } from '../versions.ts'
import { demandByArea, NETWORK_TABLES, type NetworkFacts, readNetworkFacts } from './facts.ts'
import {
  FAR_PROMISE_DAYS,
  KG_PER_M3,
  LANE_PROMISE_DAYS,
  PACKING_HOURS,
  PARCELS_PER_M3,
  PROMISE_DEVIATIONS,
  SORTING_CENTS,
  SORTING_HOURS,
  VOLUME_FACTOR,
} from './knobs.ts'
import { planInForce } from './region-plan.ts'

/** What belongs to a plan of lanes as a whole. */
export interface LanesNote {
  readonly regionsVersion: number
  readonly lanes: number
  readonly lanesBefore: number
  readonly departuresAWeek: number
  readonly departuresBefore: number
  readonly costCents: number
  readonly boundCents: number
  readonly fill: number
  readonly directFill: number
  readonly meanHours: number
  readonly weeks: number
  /** Pairs of a site and a station that no lanes serve as soon as is promised. */
  readonly latePairs: number
}

const LANES_METHOD = 3
/** Most recorded weeks that are planned for: about a quarter of a year. */
const MOST_WEEKS = 13
const WEEK_MS = 7 * 86_400_000

/** Plans lanes for the regions in force. Throws ERR_STORE_EMPTY without regions, ERR_INFEASIBLE naming what blocks. */
export async function lanesStep(context: StepContext): Promise<StepResult | MadeResult> {
  const { db, settings } = context
  const inForce = await requireVersion(db, 'regions')
  const inputHash = hashOf([
    await hashTables(db, NETWORK_TABLES),
    inForce.version,
    settings.knobs,
    settings.forecast.seed,
    LANES_METHOD,
  ])
  const current = await currentVersion(db, 'lanes')
  if (current?.inputHash === inputHash)
    return { kind: 'lanes', version: current.version, skipped: true }
  const facts = await readNetworkFacts(db, settings.knobs)
  const plan = await planInForce(db, facts, inForce)
  if (plan === undefined) throw staleRegions()
  const placed = await placedBySite(context, facts.network, inForce.version)
  const made = planFor(facts, plan, placed, context)
  return {
    kind: 'lanes',
    inputHash,
    note: { regionsVersion: inForce.version, ...made.note },
    write: (target, version) => target.append('lane_plan', laneTable(facts.network, made, version)),
  }
}

function staleRegions(): StorewrightError {
  return new StorewrightError(
    'ERR_NETWORK',
    'areas or sites were added after the regions were planned',
    {
      next: 'Plan them again: storewright network regions --apply --store DIR',
    },
  )
}

interface Placed {
  /** m³ placed at each site. */
  readonly m3: Float64Array
  /** Share of order lines that each region fills itself. */
  readonly lineShare: Float64Array
}

async function placedBySite(
  { db }: StepContext,
  { sites }: Network,
  version: number,
): Promise<Placed> {
  const placed = await db.table(
    'SELECT site_id, sum(volume_m3) AS m3 FROM placement_plan WHERE version = $1 GROUP BY site_id',
    [version],
  )
  const m3 = new Float64Array(sites.ids.length)
  const names = textsOf(placed, 'site_id')
  numbersOf(placed, 'm3').forEach((volume, row) => {
    m3[sites.ids.indexOf(textAt(names, row)!)] = volume
  })
  const measures = await db.table(
    'SELECT line_share FROM region_measures WHERE version = $1 ORDER BY CAST(substr(region_id, 2) AS INTEGER)',
    [version],
  )
  return { m3, lineShare: numbersOf(measures, 'line_share') }
}

interface MadeLanes {
  readonly plan: lanes.LanePlan
  readonly choice: lanes.PlannableLanes
  readonly before: Int32Array
  readonly note: Omit<LanesNote, 'regionsVersion'>
}

function planFor(
  facts: NetworkFacts,
  plan: regions.RegionPlan,
  placed: Placed,
  { settings }: StepContext,
): MadeLanes {
  const { knobs } = settings
  const { network } = facts
  const { sites } = network
  const choice = lanes.plannableLanes(network, {
    kgPerM3: readKnob(KG_PER_M3, knobs),
    parcelsPerM3: readKnob(PARCELS_PER_M3, knobs),
    deviations: readKnob(PROMISE_DEVIATIONS, knobs),
  })
  const sent = recentWeeks(facts)
  const demand = lanes.laneDemandOf(network, sent, {
    areaRegion: plan.areaRegion,
    siteRegion: plan.siteRegion,
    sourceShare: sourceShares(plan, placed),
    promiseDays: readKnob(LANE_PROMISE_DAYS, knobs),
    farPromiseDays: readKnob(FAR_PROMISE_DAYS, knobs),
    packingMinutes: 60 * readKnob(PACKING_HOURS, knobs),
    growth: readKnob(VOLUME_FACTOR, knobs),
  })
  const sorts = sites.kinds.map((kind) => kind === 'sort_centre')
  const made = lanes.planLanes(
    {
      sites: sites.ids.length,
      lanes: choice.lanes,
      demand,
      limits: {
        throughputM3: new Float64Array(sites.ids.length).fill(Number.POSITIVE_INFINITY),
        siteRegion: plan.siteRegion,
        transferMinutes: new Float64Array(sites.ids.length).fill(
          60 * readKnob(SORTING_HOURS, knobs),
        ),
        transferCents: new Float64Array(sites.ids.length).fill(readKnob(SORTING_CENTS, knobs)),
        isTransfer: Uint8Array.from(sorts, Number),
        regions: plan.regions,
      },
    },
    { seed: settings.forecast.seed, knobs, mayBeLate: true },
  )
  const before = new Int32Array(network.lanes.ids.length)
  for (const lane of network.departures.lane) before[lane]!++
  const chosen = choice.laneOf
  return {
    plan: made,
    choice,
    before,
    note: {
      lanes: made.lanes.length,
      lanesBefore: chosen.filter((lane) => before[lane]! > 0).length,
      departuresAWeek: made.lanes.reduce((sum, one) => sum + one.departuresAWeek, 0),
      departuresBefore: chosen.reduce((sum, lane) => sum + before[lane]!, 0),
      costCents: Math.round(made.costCents),
      boundCents: Math.round(made.boundCents),
      fill: made.fill,
      directFill: made.directFill,
      meanHours: made.meanMinutes / 60,
      weeks: sent.weeks,
      latePairs: made.latePairs.length,
    },
  }
}

/**
 * The last whole weeks of orders, each one a scenario. Areas without an order in them have what their
 * people would order on average, so that lanes reach everyone.
 */
function recentWeeks({ orders, unitM3, network: { areas } }: NetworkFacts): lanes.SentOrders {
  const end = orders.orderedAt.at(-1)!
  const span = end - orders.orderedAt[0]!
  const weeks = Math.max(1, Math.min(MOST_WEEKS, Math.floor(span / WEEK_MS)))
  const first = end - weeks * WEEK_MS
  const rows: { area: number; week: number; m3: number }[] = []
  orders.area.forEach((area, o) => {
    if (orders.orderedAt[o]! <= first) return
    let m3 = 0
    for (let line = orders.starts[o]!; line < orders.starts[o + 1]!; line++)
      m3 += orders.quantity[line]! * unitM3[orders.product[line]!]!
    const week = Math.min(weeks - 1, Math.floor((orders.orderedAt[o]! - first) / WEEK_MS))
    rows.push({ area, week, m3 })
  })
  const meanM3 = rows.reduce((sum, { m3 }) => sum + m3, 0) / Math.max(1, rows.length)
  const heard = new Set(rows.map(({ area }) => area))
  demandByArea(orders, areas.population).forEach((ordersADay, area) => {
    if (heard.has(area)) return
    for (let week = 0; week < weeks; week++) rows.push({ area, week, m3: 7 * ordersADay * meanM3 })
  })
  return {
    area: Int32Array.from(rows, ({ area }) => area),
    week: Int32Array.from(rows, ({ week }) => week),
    m3: Float64Array.from(rows, ({ m3 }) => m3),
    weeks,
  }
}

/**
 * Where a region's orders come from: its own share of lines from its own sites by what is placed
 * there, the rest from the sites of all others alike. A region without stock is supplied by them.
 */
function sourceShares(
  { regions: count, siteRegion }: regions.RegionPlan,
  { m3, lineShare }: Placed,
) {
  const sites = siteRegion.length
  const own = new Float64Array(count)
  m3.forEach((volume, s) => {
    own[siteRegion[s]!]! += volume
  })
  const all = own.reduce((sum, volume) => sum + volume, 0)
  const share = new Float64Array(count * sites)
  for (let r = 0; r < count; r++) {
    const others = all - own[r]!
    const inside = own[r] === 0 ? 0 : others === 0 ? 1 : (lineShare[r] ?? 1)
    for (let s = 0; s < sites; s++) {
      const isOwn = siteRegion[s] === r
      const part = isOwn ? own[r]! : others
      if (part > 0) share[r * sites + s] = ((isOwn ? inside : 1 - inside) * m3[s]!) / part
    }
  }
  return share
}

function laneTable(network: Network, { plan, choice, before }: MadeLanes, version: number): Table {
  const runs = new Map(plan.lanes.map((one) => [choice.laneOf[one.lane]!, one]))
  const rows = [...choice.laneOf].filter((lane) => runs.has(lane) || before[lane]! > 0)
  const column = (value: (one: lanes.PlannedLane) => number) =>
    numberColumn(rows.map((lane) => (runs.has(lane) ? value(runs.get(lane)!) : 0)))
  return {
    rowCount: rows.length,
    columns: {
      version: numberColumn(rows.map(() => version)),
      lane_id: textColumn(rows.map((lane) => network.lanes.ids[lane]!)),
      status: textColumn(rows.map((lane) => (runs.has(lane) ? 'runs' : 'closed'))),
      purpose: textColumn(
        rows.map((lane) => runs.get(lane)?.purpose ?? purposeToday(network, lane)),
      ),
      departures_a_week: column(({ departuresAWeek }) => departuresAWeek),
      departures_before: numberColumn(rows.map((lane) => before[lane]!)),
      extra_departures: column(({ extraDepartures }) => extraDepartures),
      mean_m3: column(({ meanM3 }) => meanM3),
      most_m3: column(({ mostM3 }) => mostM3),
      fill: column(({ fill }) => Math.min(1, Math.max(0, fill))),
      cost_cents: column(({ costCents }) => Math.round(costCents)),
      worth_cents: numberColumn(
        rows.map((lane) => {
          const worth = runs.get(lane)?.worthCents
          return worth !== undefined && Number.isFinite(worth) ? Math.round(worth) : undefined
        }),
      ),
      pairs: column(({ pairs }) => pairs),
      reason: textColumn(rows.map((lane) => reasonOf(runs.get(lane), before[lane]!))),
    },
  }
}

/** What a lane that is closed was for. */
function purposeToday({ lanes: all, sites }: Network, lane: number): string {
  const isSort = (site: number) => sites.kinds[site] === 'sort_centre'
  const [from, to] = [all.fromSite[lane]!, all.toSite[lane]!]
  if (isSort(to)) return isSort(from) ? 'trunk' : 'feeder'
  return isSort(from) ? 'spoke' : 'direct'
}

function reasonOf(one: lanes.PlannedLane | undefined, before: number): string {
  if (one === undefined)
    return `closed: what its ${before} departures a week carried goes other ways for less`
  const filled = `${Math.round(100 * one.fill)} % of ${one.departuresAWeek} departures a week filled`
  const bound = one.bound === 'window' ? '; so many because customers wait no longer' : ''
  const worth = Number.isFinite(one.worthCents)
    ? `; without it $${Math.round(one.worthCents / 100).toLocaleString('en-US')} a week more`
    : '; nothing else gets there in time'
  return `${filled}${bound}${worth}`
}
