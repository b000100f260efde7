import { StorewrightError } from '../../core/errors.ts'
import { createMaxHeap } from '../../core/heap.ts'
import type { HeldParcel, OpenOrder, OrderChange, Situation } from '../../fulfilment/index.ts'
import { createInbound, type Inbound } from '../network/replay/inbound.ts'
import { createJourneys } from '../network/replay/journey.ts'
import { emptyLoads, type Loads, totalByLane } from '../network/replay/loads.ts'
import { buildRoutes, type RouteTable } from '../network/replay/router.ts'
import { layOutTimetable, type ReplayTimetable, siteOffsets } from '../network/replay/timetable.ts'
import { createDock, type Dock, type PackedParcel } from './dock.ts'
import type { OrdersFigures, OrdersPolicy, OrdersWorld } from './input.ts'
import { createPromises, type Sale } from './promises.ts'
import { createRoomPrices, type RoomPrices } from './room-prices.ts'
import { createShelves, type Shelves } from './shelves.ts'
import { createWays } from './ways.ts'

/** An order between click and pick. */
interface Open {
  readonly order: number
  readonly sale: Sale
  parcels: readonly HeldParcel[]
  /** First order of those that travel together. */
  group: number
}

interface Counts {
  orders: number
  shipments: number
  splitOrders: number
  handlingCents: number
  promisedDays: number
  units: number
  lostUnits: number
  changes: number
}

interface Run {
  readonly world: OrdersWorld
  readonly policy: OrdersPolicy
  readonly routes: RouteTable
  readonly shelves: Shelves
  readonly situations: Readonly<Record<'tariff' | 'room', Situation>>
  readonly room: RoomPrices
  readonly inbound: Inbound
  readonly dock: Dock
  readonly saleOf: (order: number) => Sale
  readonly open: Map<number, Open>
  readonly groups: Map<number, Set<number>>
  readonly picks: ReturnType<typeof createMaxHeap>
  /** Minute at which the last parcel of each order arrived, and by which it was promised. */
  readonly arrived: Float64Array
  readonly promisedBy: Float64Array
  readonly counts: Counts
}

/**
 * Replays orders from click to door: promised and given to sites at the click, looked at again on
 * every tick where the policy does so, frozen when picked, loaded at the dock. What was sold is
 * replaced one for one. Same world, policy and seed, same figures; promises' wishes, hours to pick
 * and the luck of departures are hashes of seed and order or departure, the same for every policy.
 */
export function replayOrders(
  world: OrdersWorld,
  policy: OrdersPolicy,
  seed: string | number,
): OrdersFigures {
  const { network } = world
  const { orders, days } = network
  const timetable = layOutTimetable(network.network, network.firstDay, days)
  const loads = emptyLoads(timetable)
  const run = startRun(world, policy, seed, timetable, loads)
  let nextTick = world.params.tickMinutes
  let day = 0
  const advance = (minute: number) => {
    for (;;) {
      const pick = -run.picks.topKey()
      const next = Math.min(pick, nextTick, (day + 1) * 1440)
      if (next > minute) break
      while (run.dock.closeNext(next)) {}
      if (next === (day + 1) * 1440) restock(run, ++day)
      else if (next === pick) pickOne(run)
      else {
        run.room.lookAnew(next)
        lookAgain(run)
        nextTick += world.params.tickMinutes
      }
    }
    while (run.dock.closeNext(minute)) {}
  }
  for (let order = 0; order < orders.minute.length; order++) {
    advance(orders.minute[order]!)
    placeOrder(run, order)
  }
  advance((days + 2) * 1440)
  while (run.dock.closeNext(Number.POSITIVE_INFINITY)) {}
  return figuresOf(run, timetable, loads)
}

function startRun(
  world: OrdersWorld,
  policy: OrdersPolicy,
  seed: string | number,
  timetable: ReplayTimetable,
  loads: Loads,
): Run {
  const { network, running } = world
  const { centres, orders } = network
  const offsets = siteOffsets(network.network, network.firstDay)
  const routes = buildRoutes(network, running)
  const journeys = createJourneys(network, routes, timetable, offsets, loads, seed)
  const ways = createWays(network, routes, journeys)
  const shelves = createShelves(Int32Array.from(running.baseStock), centres.length)
  const arrived = new Float64Array(orders.minute.length)
  const { unitKg, unitM3 } = network.products
  const room = createRoomPrices(network, routes, timetable, loads, ways)
  const tariff: Situation = {
    sites: centres.length,
    available: shelves.available,
    sitesWith: shelves.sitesWith,
    physics: (product) => ({ kg: unitKg[product]!, m3: unitM3[product]! }),
    price: ways.price,
    distanceKm: ways.km,
    unitWorthCents: () => 0,
  }
  const dock = createDock(network, routes, timetable, journeys, {
    waitMarginMinutes: policy.waitMarginMinutes,
    onArrival: ({ orders: inside }: PackedParcel, minute) => {
      for (const order of inside) arrived[order] = Math.max(arrived[order]!, minute)
    },
  })
  const clockOf = (area: number) => journeys.clockAt(0, area)
  return {
    ...{ world, policy, routes, shelves, room, dock, arrived },
    situations: { tariff, room: { ...tariff, price: room.price } },
    inbound: createInbound(network, timetable, offsets, loads),
    saleOf: createPromises(world, shelves, ways, clockOf, seed),
    open: new Map(),
    groups: new Map(),
    picks: createMaxHeap(),
    promisedBy: new Float64Array(orders.minute.length),
    counts: emptyCounts(),
  }
}

function emptyCounts(): Counts {
  return {
    ...{ orders: 0, shipments: 0, splitOrders: 0, handlingCents: 0 },
    ...{ promisedDays: 0, units: 0, lostUnits: 0, changes: 0 },
  }
}

function restock({ inbound, shelves, world }: Run, day: number): void {
  if (day >= world.network.days) return
  inbound.arrive(day, shelves.cells)
  shelves.forget()
}

function isCounted({ world }: Run, order: number): boolean {
  const { orders, warmUpDays } = world.network
  return orders.minute[order]! >= warmUpDays * 1440
}

function placeOrder(run: Run, order: number): void {
  const { world, policy, shelves, open, groups, picks, counts } = run
  const { orders } = world.network
  const sale = run.saleOf(order)
  if (isCounted(run, order)) {
    counts.orders++
    counts.lostUnits += sale.lostUnits
    counts.units += sale.lostUnits
    for (const { quantity } of sale.lines) counts.units += quantity
    if (sale.lines.length > 0) counts.promisedDays += sale.days
  }
  if (sale.lines.length === 0) return
  const request = {
    ...{ orderId: String(order), area: orders.area[order]!, lines: sale.lines },
    ...{ now: sale.pickAt, promisedBy: sale.promisedBy },
  }
  const assignment = policy.strategy.assign(request, run.situations[policy.clickPrices])
  if (assignment === undefined) {
    throw new StorewrightError('ERR_INTERNAL', `order ${order} was promised and has no sites`)
  }
  run.promisedBy[order] = sale.promisedBy
  takeAll(shelves, assignment.parcels, 1)
  open.set(order, { order, sale, parcels: assignment.parcels, group: order })
  groups.set(order, new Set([order]))
  picks.push(-sale.pickAt, order)
}

function takeAll(shelves: Shelves, parcels: readonly HeldParcel[], sign: number): void {
  for (const { site, lines } of parcels) {
    for (const { product, quantity } of lines) shelves.take(site, product, sign * quantity)
  }
}

function lookAgain(run: Run): void {
  const { policy, open, groups, world } = run
  if (policy.reevaluate === undefined || open.size === 0) return
  const { orders } = world.network
  const list = [...open.values()].map(
    ({ order, sale, parcels, group }): OpenOrder => ({
      orderId: String(order),
      customer: String(orders.customer[order]),
      area: orders.area[order]!,
      pickFrom: sale.pickAt,
      promisedBy: sale.promisedBy,
      parcels,
      joined: groups.get(group)!.size > 1 ? String(group) : undefined,
    }),
  )
  const situation = run.situations[policy.reevaluatePrices]
  for (const change of policy.reevaluate(list, situation).changes) carryOut(run, change)
}

function carryOut(run: Run, change: OrderChange): void {
  const { open, groups, shelves, counts } = run
  const leader = open.get(Number(change.orders[0]!.orderId))!.group
  for (const { orderId, parcels } of change.orders) {
    const one = open.get(Number(orderId))!
    takeAll(shelves, one.parcels, -1)
    takeAll(shelves, parcels, 1)
    for (const { site, lines } of parcels) {
      for (const { product } of lines) {
        if (shelves.available(site, product) < 0) {
          throw new StorewrightError('ERR_INTERNAL', `order ${orderId} took too much`)
        }
      }
    }
    one.parcels = parcels
    if (one.group !== leader) {
      groups.get(one.group)?.delete(one.order)
      one.group = leader
      groups.get(leader)!.add(one.order)
    }
    if (isCounted(run, one.order)) counts.changes++
  }
}

/** Picks the next order, and with it those that travel along. */
function pickOne(run: Run): void {
  const { picks, open, groups } = run
  const order = picks.topId()
  const minute = -picks.topKey()
  picks.pop()
  const first = open.get(order)
  if (first === undefined) return
  const together = [...groups.get(first.group)!].map((other) => open.get(other)!)
  groups.delete(first.group)
  for (const one of together) open.delete(one.order)
  const sites = new Set(together.flatMap(({ parcels }) => parcels.map(({ site }) => site)))
  for (const site of sites) sendParcel(run, site, together, minute)
  for (const one of together) {
    const own = new Set(one.parcels.map(({ site }) => site)).size
    if (own > 1 && isCounted(run, one.order)) run.counts.splitOrders++
  }
}

function sendParcel(run: Run, site: number, together: readonly Open[], minute: number): void {
  const { world, routes, inbound, counts, dock } = run
  const { products, params, centres, orders, network } = world.network
  const inside = together.filter(({ parcels }) => parcels.some((parcel) => parcel.site === site))
  const area = orders.area[inside[0]!.order]!
  const pair = site * network.areas.ids.length + area
  const sorts = routes.starts[pair + 1]! - routes.starts[pair]! - 1
  const share = 1 / inside.length
  let m3 = 0
  let kg = 0
  for (const { order, parcels } of inside) {
    const lines = parcels.filter((parcel) => parcel.site === site).flatMap((parcel) => parcel.lines)
    for (const { product, quantity } of lines) {
      m3 += quantity * products.unitM3[product]! * params.boxFactor
      kg += quantity * products.unitKg[product]!
      inbound.order(product * centres.length + site, quantity, Math.floor(minute / 1440))
    }
    if (!isCounted(run, order)) continue
    counts.shipments += share
    counts.handlingCents +=
      share * (params.parcelCents + sorts * params.sortCents) + lines.length * params.lineCents
  }
  dock.put({
    ...{ centre: site, area, ready: minute + params.packMinutes, m3, kg },
    promisedBy: Math.min(...inside.map(({ sale }) => sale.promisedBy)),
    orders: inside.map(({ order }) => order),
  })
}

function figuresOf(run: Run, timetable: ReplayTimetable, loads: Loads): OrdersFigures {
  const { world, counts, arrived, promisedBy } = run
  const { network, days, warmUpDays, params } = world.network
  const period = { from: warmUpDays * 1440, until: days * 1440 }
  const totals = totalByLane(network, timetable, loads, period, params.ordersPerReplayed)
  const { lanes, sites } = network
  let cents = 0
  let trucks = 0
  for (let lane = 0; lane < lanes.ids.length; lane++) {
    if (sites.kinds[lanes.fromSite[lane]!] === 'cross_dock') continue
    cents += totals.cents[lane]!
    trucks += totals.runs[lane]!
  }
  let broken = 0
  for (let order = 0; order < arrived.length; order++) {
    if (isCounted(run, order) && arrived[order]! > promisedBy[order]!) broken++
  }
  const transportCents = cents / (counts.orders * params.ordersPerReplayed)
  const handlingCents = counts.handlingCents / counts.orders
  return {
    orders: counts.orders,
    shipmentsPerOrder: counts.shipments / counts.orders,
    splitShare: counts.splitOrders / counts.orders,
    transportCents,
    handlingCents,
    outboundCents: transportCents + handlingCents,
    brokenShare: broken / counts.orders,
    promisedDays: counts.promisedDays / counts.orders,
    lostUnitShare: counts.lostUnits / Math.max(1, counts.units),
    changesPerOrder: counts.changes / counts.orders,
    trucks: trucks / (days - warmUpDays),
  }
}
