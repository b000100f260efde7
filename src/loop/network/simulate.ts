import { StorewrightError } from '../../core/errors.ts'
import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { type OnProgress, silent, throwIfStopped } from '../../core/progress.ts'
import {
  bookOfSet,
  createParcelRouter,
  createRouteHolder,
  lookUpSettings,
  type ParcelRoute,
  type ParcelRouter,
  pairOf,
  type RouteHolder,
  readRoute,
} from '../../core/routes/door.ts'
import type { Database } from '../../core/sql/database.ts'
import { numbersOf, textsOf } from '../../core/table.ts'
import { withLedger } from '../decisions.ts'
import { indexColumn, indexOf } from '../inputs/receipts.ts'
import { storeSettings, withDatabase } from '../store/store.ts'
import { currentVersion, listVersions } from '../versions.ts'
import { type NetworkFacts, readNetworkFacts } from './facts.ts'
import { KG_PER_M3 } from './knobs.ts'
import { planInForce } from './region-plan.ts'
import { openStoreRoutes, type RoutesNote } from './route-sets.ts'
import { readSwitches, routeSetsAt } from './switches.ts'

export interface SimulateNetworkOptions {
  /** Days of recorded orders, the last ones that the route sets cover; at most their span. */
  readonly days: number
  /** The operator's clock, epoch ms: a switch holds once its time has come on it. */
  readonly clock: () => number
  /** Called between two hours of orders, for whoever paces the simulation. */
  readonly betweenHours?: () => Promise<void>
  readonly onProgress?: OnProgress
  readonly signal?: AbortSignal
}

/** What one route set did. */
export interface RouteSetOutcome {
  readonly version: number
  readonly name: string
  readonly orders: number
  readonly parcels: number
  /** Orders of which a part found no route or no stock. */
  readonly unrouted: number
  readonly costCents: number
  /** Cents an order, hours from click to door, share of orders within two days. */
  readonly centsPerOrder: number
  readonly meanHours: number
  readonly withinTwoDays: number
  /** Share of orders filled wholly inside their region; undefined without regions. */
  readonly wholeInRegion: number | undefined
  readonly lanes: number
}

/** A change of route sets seen while orders flowed. */
export interface SeenSwitch {
  /** Epoch ms on the orders' own clock. */
  readonly at: number
  readonly areas: number
  readonly versions: readonly number[]
}

export interface NetworkSimulation {
  readonly orders: number
  readonly days: number
  readonly sets: readonly RouteSetOutcome[]
  readonly switches: readonly SeenSwitch[]
  /** Orders that met no route set, because none had been switched to. */
  readonly withoutSet: number
}

const HOUR_MINUTES = 60
const DAY_MINUTES = 1440
/** Routes are looked for up to so long after the click: whatever comes later is no route. */
const LATEST_DAYS = 14

/**
 * Lets recorded orders flow through the route sets in force while people switch and roll back: each
 * order takes the set that serves its area at that moment, its goods the sites that hold them, its
 * parcels the cheapest routes with room left. Parcels under way keep the set they were routed with.
 * Throws ERR_ROUTES_VERSION where no set was ever switched to.
 */
export async function simulateNetwork(
  folder: string,
  options: SimulateNetworkOptions,
): Promise<NetworkSimulation> {
  const { knobs } = storeSettings(folder)
  const world = await withDatabase(folder, 'read', (db) => readWorld(db, knobs))
  const run = new Simulation(folder, world, knobs)
  const { onProgress = silent, signal } = options
  await run.follow(options.clock())
  if (run.served === 0) {
    throw new StorewrightError('ERR_ROUTES_VERSION', 'no route set serves any area yet', {
      next: 'Switch to one: storewright network switch --store DIR',
    })
  }
  const { first, last } = window(world, run, options.days)
  const { orderedAt } = world.facts.orders
  for (let o = first; o < last; ) {
    throwIfStopped(signal)
    const hour = Math.floor(orderedAt[o]! / (HOUR_MINUTES * 60_000))
    await options.betweenHours?.()
    await run.follow(options.clock(), orderedAt[o]!)
    for (; o < last && Math.floor(orderedAt[o]! / (HOUR_MINUTES * 60_000)) === hour; o++)
      run.ship(o)
    onProgress({ step: 'orders', done: o - first, total: last - first })
  }
  run.close()
  return run.result(options.days)
}

interface World {
  readonly facts: NetworkFacts
  readonly siteRegion: Int32Array | undefined
  readonly areaRegion: Int32Array | undefined
  /** Units of each site × product that a regions version places, by version. */
  readonly placed: ReadonlyMap<number, Int32Array>
  readonly notes: ReadonlyMap<number, RoutesNote>
}

async function readWorld(db: Database, knobs: KnobSettings): Promise<World> {
  const facts = await readNetworkFacts(db, knobs)
  const current = await currentVersion(db, 'regions')
  const plan = await planInForce(db, facts, current)
  const notes = new Map(
    (await listVersions(db, 'routes')).map(({ version, note }) => [
      version,
      JSON.parse(note) as RoutesNote,
    ]),
  )
  const placed = new Map<number, Int32Array>()
  for (const { regionsVersion } of notes.values())
    if (regionsVersion !== null && !placed.has(regionsVersion))
      placed.set(regionsVersion, await readPlaced(db, facts, regionsVersion))
  return { facts, placed, notes, siteRegion: plan?.siteRegion, areaRegion: plan?.areaRegion }
}

async function readPlaced(
  db: Database,
  { network: { sites }, products }: NetworkFacts,
  version: number,
): Promise<Int32Array> {
  const table = await db.table(
    // What has no better place stays where it is until it is sold.
    `SELECT site_id, product_id, CASE reason WHEN 'leaves' THEN now_units ELSE target_units END AS units
     FROM placement_plan WHERE version = $1`,
    [version],
  )
  const site = indexColumn(textsOf(table, 'site_id'), indexOf(sites.ids))
  const product = indexColumn(textsOf(table, 'product_id'), indexOf(products.ids))
  const units = new Int32Array(sites.ids.length * products.ids.length)
  numbersOf(table, 'units').forEach((count, row) => {
    if (site[row]! >= 0 && product[row]! >= 0)
      units[site[row]! * products.ids.length + product[row]!] = count
  })
  return units
}

/** The last orders that every set in use covers. */
function window({ facts: { orders } }: World, run: Simulation, days: number) {
  const { from, until } = run.span()
  const end = Math.min(until * 60_000, orders.orderedAt.at(-1)! + 1)
  const start = Math.max(from * 60_000, end - days * DAY_MINUTES * 60_000)
  const first = orders.orderedAt.findIndex((at) => at >= start)
  const after = orders.orderedAt.findIndex((at) => at >= end)
  const last = after < 0 ? orders.orderedAt.length : after
  if (first >= 0 && first < last) return { first, last }
  throw new StorewrightError(
    'ERR_ROUTES_VERSION',
    'the route sets in force cover no recorded orders',
    {
      next: 'Build new ones for the week of the last orders: storewright network routes --store DIR',
    },
  )
}

interface Tally {
  orders: number
  parcels: number
  unrouted: number
  cents: number
  hours: number
  fast: number
  whole: number
  readonly lanes: Set<string>
}

/** One run: the holder that switches, a router for each set, and what came of it. */
class Simulation {
  served = 0
  private readonly folder: string
  private readonly world: World
  private readonly holder: RouteHolder
  private readonly routers = new Map<string, ParcelRouter>()
  /** Site of the network behind each site of a set. */
  private readonly sitesOf = new Map<string, Int32Array>()
  private readonly settings: ReturnType<typeof lookUpSettings>
  private readonly kgPerM3: number
  private readonly tallies = new Map<string, Tally>()
  private readonly seen: SeenSwitch[] = []
  private current: readonly (number | undefined)[] = []
  private withoutSet = 0

  constructor(folder: string, world: World, knobs: KnobSettings) {
    this.folder = folder
    this.world = world
    this.holder = createRouteHolder(world.facts.network.areas.ids.length)
    this.settings = lookUpSettings(knobs)
    this.kgPerM3 = readKnob(KG_PER_M3, knobs)
  }

  /** Reads the history of switches and goes over to what it says holds at `now`. */
  async follow(now: number, orderTime?: number): Promise<void> {
    const { switches } = await withLedger(this.folder, readSwitches)
    const versions = routeSetsAt(switches, this.world.facts.network.areas.ids, now)
    const changed = versions.flatMap((version, area) =>
      version === this.current[area] ? [] : [area],
    )
    if (changed.length === 0) return
    const byVersion = new Map<number, number[]>()
    for (const area of changed) {
      const version = versions[area]
      if (version !== undefined) byVersion.set(version, [...(byVersion.get(version) ?? []), area])
    }
    for (const version of byVersion.keys()) this.publish(version)
    if (byVersion.size > 0)
      this.holder.switchTo(
        [...byVersion].map(([version, areas]) => ({ version: String(version), areas })),
        this.holder.current,
      )
    this.current = versions
    this.served = versions.filter((version) => version !== undefined).length
    if (orderTime !== undefined)
      this.seen.push({ at: orderTime, areas: changed.length, versions: [...byVersion.keys()] })
  }

  private publish(version: number): void {
    const name = String(version)
    if (this.routers.has(name)) return
    const set = openStoreRoutes(this.folder, version)
    this.holder.publish(set)
    const siteOf = indexOf(this.world.facts.network.sites.ids)
    this.sitesOf.set(
      name,
      Int32Array.from(set.siteIds, (id) => siteOf.get(id) ?? -1),
    )
    this.routers.set(name, createParcelRouter(set, bookOfSet(set), this.settings))
  }

  /** Epoch minutes that all sets in use cover. */
  span(): { readonly from: number; readonly until: number } {
    let from = 0
    let until = Number.POSITIVE_INFINITY
    for (const { set } of this.routers.values()) {
      from = Math.max(from, set.baseMinute)
      until = Math.min(until, set.baseMinute + set.spanMinutes)
    }
    return { from, until }
  }

  /** Sends one order: the sites that hold most of it first, those of its region before others. */
  ship(order: number): void {
    const { orders } = this.world.facts
    const area = orders.area[order]!
    if (this.current[area] === undefined) {
      this.withoutSet++
      return
    }
    const held = this.holder.take(area)
    const tally = this.tallyOf(held.set.version)
    const stock = this.stockFor(Number(held.set.version))
    const router = this.routers.get(held.set.version)!
    const sites = this.sitesOf.get(held.set.version)!
    const now = Math.floor(orders.orderedAt[order]! / 60_000)
    let left = Array.from(
      { length: orders.starts[order + 1]! - orders.starts[order]! },
      (_, i) => orders.starts[order]! + i,
    )
    let arrival = now
    let isWhole = true
    tally.orders++
    while (left.length > 0) {
      const choice = this.mostOf(sites, stock, left, area)
      const route =
        choice &&
        router.route({
          area,
          now,
          ...this.parcelOf(choice.lines),
          sites: choice.sites,
          promisedBy: now + LATEST_DAYS * DAY_MINUTES,
        })
      if (choice === undefined || route === undefined) {
        tally.unrouted++
        isWhole = false
        break
      }
      this.holder.keep(held)
      arrival = Math.max(arrival, this.note(tally, router, route))
      this.holder.letGo(held)
      isWhole &&= choice.lines.length === left.length && this.isInside(sites[route.site]!, area)
      left = left.filter((line) => !choice.lines.includes(line))
    }
    tally.hours += (arrival - now) / 60
    if (arrival - now <= 2 * DAY_MINUTES) tally.fast++
    if (isWhole) tally.whole++
  }

  private note(tally: Tally, router: ParcelRouter, route: ParcelRoute): number {
    const { set } = router
    const { arriveBy, legs } = readRoute(set, pairOf(set, route.site, route.area), route.at)
    tally.parcels++
    tally.cents += route.costCents
    for (const slot of legs) tally.lanes.add(set.laneIds[set.departures.lane[slot]!]!)
    return set.baseMinute + arriveBy
  }

  /** Sites of the set that hold the most of the lines, of the area's region where any does as much. */
  private mostOf(
    sites: Int32Array,
    stock: Int32Array,
    lines: readonly number[],
    area: number,
  ): { readonly sites: number[]; readonly lines: readonly number[] } | undefined {
    const { orders, products } = this.world.facts
    const holds = (site: number, line: number) =>
      stock[site * products.ids.length + orders.product[line]!]! > 0
    let best = 0
    let most: number[] = []
    sites.forEach((site, at) => {
      const count = lines.filter((line) => holds(site, line)).length
      const score = 2 * count + (count > 0 && this.isInside(site, area) ? 1 : 0)
      if (score > best) most = []
      if (score >= best && count > 0) most.push(at)
      best = Math.max(best, score)
    })
    if (most.length === 0) return undefined
    // All of them are asked for what the first one holds, so that one parcel can leave from any.
    const held = lines.filter((line) => holds(sites[most[0]!]!, line))
    return {
      sites: most.filter((at) => held.every((line) => holds(sites[at]!, line))),
      lines: held,
    }
  }

  private isInside(site: number, area: number): boolean {
    const { siteRegion, areaRegion } = this.world
    return siteRegion !== undefined && siteRegion[site] === areaRegion?.[area]
  }

  private parcelOf(lines: readonly number[]): { readonly m3: number; readonly kg: number } {
    const { orders, unitM3 } = this.world.facts
    let m3 = 0
    for (const line of lines) m3 += orders.quantity[line]! * unitM3[orders.product[line]!]!
    return { m3, kg: this.kgPerM3 * m3 }
  }

  /** What the sites hold: as placed, where the set was built for regions; else as counted. */
  private stockFor(version: number): Int32Array {
    const regions = this.world.notes.get(version)?.regionsVersion ?? null
    return (
      (regions === null ? undefined : this.world.placed.get(regions)) ?? this.world.facts.nowUnits
    )
  }

  private tallyOf(version: string): Tally {
    const known = this.tallies.get(version)
    if (known !== undefined) return known
    const none = { orders: 0, parcels: 0, unrouted: 0, cents: 0, hours: 0, fast: 0, whole: 0 }
    const made = { ...none, lanes: new Set<string>() }
    this.tallies.set(version, made)
    return made
  }

  close(): void {
    this.holder.close()
  }

  result(days: number): NetworkSimulation {
    const sets = [...this.tallies].map(([version, tally]): RouteSetOutcome => {
      const { orders, parcels, unrouted, cents, hours, fast, whole, lanes } = tally
      return {
        version: Number(version),
        name: this.world.notes.get(Number(version))?.name ?? '',
        ...{ orders, parcels, unrouted, costCents: Math.round(cents) },
        centsPerOrder: cents / orders,
        meanHours: hours / orders,
        withinTwoDays: fast / orders,
        wholeInRegion: this.world.siteRegion === undefined ? undefined : whole / orders,
        lanes: lanes.size,
      }
    })
    const orders = sets.reduce((sum, set) => sum + set.orders, 0) + this.withoutSet
    return { orders, days, sets, switches: this.seen, withoutSet: this.withoutSet }
  }
}
