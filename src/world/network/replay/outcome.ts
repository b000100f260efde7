import type { NetworkWorld } from './input.ts'
import type { LaneTotals } from './loads.ts'

/** Longest time to the door told apart, days. */
export const MOST_DAYS = 14

/** What is counted while orders are replayed, in replayed orders. */
export interface ReplayCounts {
  orders: number
  /** Orders shipped in full from inside their yardstick region; in one parcel whatever the region. */
  wholeInRegion: number
  oneParcel: number
  lines: number
  /** Lines taken from a shelf; a line from two centres counts twice. */
  picks: number
  units: number
  unitsInRegion: number
  /** Units that no centre had. */
  unitsLost: number
  parcels: number
  sorts: number
  /** Great-circle km from centre to customer, all parcels together. */
  parcelKm: number
  /** Orders by days from click to door, as promised and as it happened; the last holds all later. */
  readonly promised: Float64Array
  readonly delivered: Float64Array
  /** Orders of which a parcel came after the day promised. */
  late: number
}

/** Counts before anything happened. */
export function emptyCounts(): ReplayCounts {
  return {
    orders: 0,
    wholeInRegion: 0,
    oneParcel: 0,
    lines: 0,
    picks: 0,
    units: 0,
    unitsInRegion: 0,
    unitsLost: 0,
    parcels: 0,
    sorts: 0,
    parcelKm: 0,
    promised: new Float64Array(MOST_DAYS + 1),
    delivered: new Float64Array(MOST_DAYS + 1),
    late: 0,
  }
}

/** The figures of one replay. Money is cents an order, miles are those of a thousand orders of the store. */
export interface NetworkFigures {
  readonly orders: number
  readonly wholeInRegionShare: number
  readonly unitInRegionShare: number
  readonly lostUnitShare: number
  readonly parcelsPerOrder: number
  readonly parcelKm: number
  /** Lanes between buildings that carried a parcel; docks' and vans' lanes are not counted. */
  readonly lanesInUse: number
  /** Load over room of trucks that leave a centre, and of all trucks that carry parcels. */
  readonly directFill: number
  readonly truckFill: number
  readonly truckMilesPerThousand: number
  readonly inboundMilesPerThousand: number
  readonly trucksADay: number
  readonly truckCents: number
  readonly airCents: number
  readonly vanCents: number
  readonly inboundCents: number
  readonly handlingCents: number
  /** Trucks, air, vans: from centre to door. */
  readonly transportCents: number
  readonly totalCents: number
  readonly promisedDays: number
  readonly deliveredDays: number
  /** Share of orders promised within a day, two days. */
  readonly promisedIn1: number
  readonly promisedIn2: number
  readonly lateShare: number
}

const KM_PER_MILE = 1.609344

type LaneClass = 'direct' | 'truck' | 'air' | 'van' | 'inbound'

function classOf({ network }: NetworkWorld, lane: number): LaneClass {
  const { lanes, sites } = network
  const from = sites.kinds[lanes.fromSite[lane]!]!
  if (lanes.toSite[lane]! < 0) return 'van'
  if (from === 'cross_dock') return 'inbound'
  if (lanes.modes[lane] === 'air') return 'air'
  return from === 'fulfilment_centre' ? 'direct' : 'truck'
}

interface ClassSums {
  runs: number
  m3: number
  room: number
  miles: number
  cents: number
  lanes: number
}

function sumByClass(world: NetworkWorld, totals: LaneTotals): Record<LaneClass, ClassSums> {
  const none = (): ClassSums => ({ runs: 0, m3: 0, room: 0, miles: 0, cents: 0, lanes: 0 })
  const sums = { direct: none(), truck: none(), air: none(), van: none(), inbound: none() }
  const { lanes } = world.network
  for (let lane = 0; lane < lanes.ids.length; lane++) {
    if (totals.m3[lane] === 0) continue
    const sum = sums[classOf(world, lane)]
    const runs = totals.runs[lane]!
    sum.lanes++
    sum.runs += runs
    sum.m3 += totals.m3[lane]!
    sum.room += runs > 0 ? runs * lanes.capacityM3[lane]! : 0
    sum.miles += (runs * lanes.distanceKm[lane]!) / KM_PER_MILE
    sum.cents += totals.cents[lane]!
  }
  return sums
}

/** The figures from counts and lane totals. */
export function figuresOf(
  world: NetworkWorld,
  counts: ReplayCounts,
  totals: LaneTotals,
): NetworkFigures {
  const { params, days, warmUpDays } = world
  const of = sumByClass(world, totals)
  const orders = Math.max(1, counts.orders)
  const storeOrders = orders * params.ordersPerReplayed
  const handling =
    (counts.parcels * params.parcelCents +
      counts.picks * params.lineCents +
      counts.sorts * params.sortCents) /
    orders
  const transport = (of.direct.cents + of.truck.cents + of.air.cents + of.van.cents) / storeOrders
  const inbound = of.inbound.cents / storeOrders
  const perThousand = 1000 / storeOrders
  const ratio = (a: number, b: number) => (b > 0 ? a / b : 0)
  return {
    orders: counts.orders,
    wholeInRegionShare: counts.wholeInRegion / orders,
    unitInRegionShare: ratio(counts.unitsInRegion, counts.units),
    lostUnitShare: ratio(counts.unitsLost, counts.units),
    parcelsPerOrder: counts.parcels / orders,
    parcelKm: ratio(counts.parcelKm, counts.parcels),
    lanesInUse: of.direct.lanes + of.truck.lanes + of.air.lanes,
    directFill: ratio(of.direct.m3, of.direct.room),
    truckFill: ratio(of.direct.m3 + of.truck.m3, of.direct.room + of.truck.room),
    truckMilesPerThousand: (of.direct.miles + of.truck.miles) * perThousand,
    inboundMilesPerThousand: of.inbound.miles * perThousand,
    trucksADay: (of.direct.runs + of.truck.runs) / (days - warmUpDays),
    truckCents: (of.direct.cents + of.truck.cents) / storeOrders,
    airCents: of.air.cents / storeOrders,
    vanCents: of.van.cents / storeOrders,
    inboundCents: inbound,
    handlingCents: handling,
    transportCents: transport,
    totalCents: transport + inbound + handling,
    promisedDays: meanDays(counts.promised),
    deliveredDays: meanDays(counts.delivered),
    promisedIn1: shareWithin(counts.promised, 1),
    promisedIn2: shareWithin(counts.promised, 2),
    lateShare: counts.late / orders,
  }
}

function meanDays(histogram: Float64Array): number {
  let sum = 0
  let count = 0
  histogram.forEach((n, days) => {
    sum += n * days
    count += n
  })
  return count > 0 ? sum / count : 0
}

function shareWithin(histogram: Float64Array, days: number): number {
  let within = 0
  let count = 0
  histogram.forEach((n, d) => {
    count += n
    if (d <= days) within += n
  })
  return count > 0 ? within / count : 0
}
