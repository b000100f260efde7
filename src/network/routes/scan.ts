import type { Network } from '../network.ts'
import type { Connections } from './connections.ts'

// Profile connection scan (Dibbelt, Pajor, Strasser, Wagner: Connection Scan Algorithm, 2018), towards one
// site at a time: the gateway from which vans or carriers go on into areas. Runs of lanes are scanned once,
// latest deadline first, so that everything a parcel can do after a run is known when the run is met.
//
//   label at site u:  (order by D, at the gateway by A, cost, lanes) ─► first run, label at its end
//
// Labels of a site are found in falling D, so that a new one cannot beat an old one and is checked only
// against those with D ≤ its A. A lane's runs consume the labels at its end in the same order: each label
// is offered once a lane, to the latest run that still makes it, by a pointer that only moves forward.

/** Most lanes before the gateway; the last lane of a route goes on from there. */
const MOST_LANES = 3
/** Words of a label: D, A, cost in mills at the reference weight, lanes, up to three runs. */
export const LABEL_WORDS = 7

/** Runs between sites in the order of the scan, what the scan of every gateway shares. */
export interface ScanPlan {
  readonly sites: number
  readonly lanes: number
  readonly count: number
  readonly run: Int32Array
  readonly lane: Int32Array
  readonly from: Int32Array
  readonly to: Int32Array
  readonly deadline: Int32Array
  readonly arrive: Int32Array
  /** Mills a lane costs at the reference weight. */
  readonly laneMills: Int32Array
  /** Sites whose labels are wanted, and what number each is among them, −1 for others. */
  readonly origins: Int32Array
  readonly spanMinutes: number
  /** Lanes that start at an origin. */
  readonly originLanes: Int32Array
  /** By site: the span for an origin, −1 for others. */
  readonly limits: Int32Array
  /** First run of the scan with a deadline within the span. */
  readonly inSpan: number
}

/** The labels of every origin towards one gateway, latest order-by first. */
export interface GatewayProfile {
  /** Labels of origin o are starts[o] … starts[o + 1] − 1, of LABEL_WORDS each. */
  readonly starts: Int32Array
  readonly labels: Int32Array
}

/** Sorts the runs between sites by deadline, latest first. */
export function planScan(
  network: Network,
  connections: Connections,
  origins: Int32Array,
  spanMinutes: number,
  referenceKg: number,
): ScanPlan {
  const { lanes, sites } = network
  const isRelay = new Uint8Array(sites.ids.length)
  for (const to of lanes.toSite) if (to >= 0) isRelay[to] = 1
  const wanted: number[] = []
  for (let run = 0; run < connections.count; run++) {
    const lane = connections.lane[run]!
    if (lanes.toSite[lane]! < 0) continue
    // A site that nothing comes to is used by orders alone, and those end with the span.
    const isUseful =
      isRelay[lanes.fromSite[lane]!] === 1 || connections.deadline[run]! <= spanMinutes
    if (isUseful) wanted.push(run)
  }
  const order = byDeadline(wanted, connections.deadline)
  const column = (of: (run: number) => number) => {
    const values = new Int32Array(order.length)
    for (let i = 0; i < order.length; i++) values[i] = of(order[i]!)
    return values
  }
  const laneMills = Int32Array.from(
    lanes.ids,
    (_, l) =>
      connections.laneFixedMills[l]! + Math.round(connections.lanePerKgMills[l]! * referenceKg),
  )
  return {
    ...{ sites: sites.ids.length, lanes: lanes.ids.length, count: order.length, run: order },
    lane: column((run) => connections.lane[run]!),
    from: column((run) => lanes.fromSite[connections.lane[run]!]!),
    to: column((run) => lanes.toSite[connections.lane[run]!]!),
    deadline: column((run) => connections.deadline[run]!),
    arrive: column((run) => connections.arrive[run]!),
    ...{ laneMills, origins, spanMinutes },
    ...originsOf(network, origins, spanMinutes),
    inSpan: order.reduce((n, run) => n + (connections.deadline[run]! > spanMinutes ? 1 : 0), 0),
  }
}

function originsOf({ lanes, sites }: Network, origins: Int32Array, spanMinutes: number) {
  const limits = new Int32Array(sites.ids.length).fill(-1)
  for (const site of origins) limits[site] = spanMinutes
  const originLanes = lanes.ids.flatMap((_, lane) =>
    limits[lanes.fromSite[lane]!]! >= 0 ? [lane] : [],
  )
  return { limits, originLanes: Int32Array.from(originLanes) }
}

/** Runs by falling deadline; equal ones as they were. Counted by minute, not compared. */
function byDeadline(runs: readonly number[], deadline: Int32Array): Int32Array {
  let latest = 0
  for (const run of runs) latest = Math.max(latest, deadline[run]!)
  const starts = new Int32Array(latest + 2)
  for (const run of runs) starts[latest - deadline[run]! + 1]! += 1
  for (let i = 0; i <= latest; i++) starts[i + 1]! += starts[i]!
  const order = new Int32Array(runs.length)
  for (const run of runs) order[starts[latest - deadline[run]!]!++] = run
  return order
}

/** Labels a site can hold at first; the scan starts anew with twice as many where that is too few. */
const FIRST_ROOM = 1024

/** Scans towards gateways; keeps its arrays from one to the next. */
export class GatewayScan {
  private readonly plan: ScanPlan
  private readonly count: Int32Array
  private readonly pointer: Int32Array
  private room = FIRST_ROOM
  private order!: Int32Array
  private arrive!: Int32Array
  private mills!: Int32Array
  private lanes!: Int32Array
  private run!: Int32Array
  private next!: Int32Array

  constructor(plan: ScanPlan) {
    this.plan = plan
    this.count = new Int32Array(plan.sites)
    this.pointer = new Int32Array(plan.lanes)
    this.allocate()
  }

  /** All ways of every origin to `gateway` that no other beats. */
  towards(gateway: number): GatewayProfile {
    while (!this.scan(gateway)) {
      this.room *= 2
      this.allocate()
    }
    return this.collect()
  }

  private allocate(): void {
    const column = () => new Int32Array(this.plan.sites * this.room)
    this.order = column()
    this.arrive = column()
    this.mills = column()
    this.lanes = column()
    this.run = column()
    this.next = column()
  }

  /**
   * One pass over all runs; false when a site has more labels than room. Where the span begins,
   * origins are offered all labels again: runs after the span took some that are not in the set.
   */
  private scan(gateway: number): boolean {
    const { plan } = this
    this.count.fill(0)
    this.pointer.fill(0)
    if (!this.scanRuns(gateway, 0, plan.inSpan)) return false
    for (const lane of plan.originLanes) this.pointer[lane] = 0
    return this.scanRuns(gateway, plan.inSpan, plan.count)
  }

  private scanRuns(gateway: number, first: number, last: number): boolean {
    const { plan, count, pointer, room, order, arrive, mills: cost, lanes: used } = this
    const { from, to, lane, laneMills, arrive: ends } = plan
    for (let c = first; c < last; c++) {
      const end = to[c]!
      if (end === gateway) {
        if (from[c] === gateway) continue
        if (!this.offer(c, ends[c]!, laneMills[lane[c]!]!, 1, -1)) return false
        continue
      }
      const labels = count[end]!
      const l = lane[c]!
      let at = pointer[l]!
      if (at >= labels || from[c] === gateway) continue
      const there = ends[c]!
      const mills = laneMills[l]!
      for (; at < labels; at++) {
        const label = end * room + at
        if (order[label]! < there) break
        const lanes = used[label]! + 1
        if (lanes > MOST_LANES || this.comesBack(c, label)) continue
        if (!this.offer(c, arrive[label]!, cost[label]! + mills, lanes, label)) return false
      }
      pointer[l] = at
    }
    return true
  }

  /**
   * True when a label leads through the origin that run `c` starts at. Waiting there is better, which
   * labels of later departures say elsewhere, but not where those lie after the span.
   */
  private comesBack(c: number, label: number): boolean {
    const site = this.plan.from[c]!
    if (this.plan.limits[site]! < 0) return false
    for (let part = this.next[label]!; part >= 0; part = this.next[part]!) {
      if (Math.floor(part / this.room) === site) return true
    }
    return false
  }

  /** Adds a label at the start of run `c` unless one there beats it; false when there is no room. */
  private offer(c: number, there: number, mills: number, lanes: number, next: number): boolean {
    const { room, count, order, arrive, mills: cost, lanes: used } = this
    const site = this.plan.from[c]!
    const first = site * room
    // What is ordered after this one arrives arrives later still; what is ordered after the span does
    // not stand in the set and may not push out what does.
    const { limits } = this.plan
    const limit = this.plan.deadline[c]! <= limits[site]! ? Math.min(there, limits[site]!) : there
    let at = first + count[site]! - 1
    for (; at >= first; at--) {
      if (order[at]! > limit) break
      if (arrive[at]! <= there && cost[at]! <= mills && used[at]! <= lanes) return true
    }
    const label = first + count[site]!
    if (count[site] === room) return false
    count[site]! += 1
    order[label] = this.plan.deadline[c]!
    arrive[label] = there
    cost[label] = mills
    used[label] = lanes
    this.run[label] = this.plan.run[c]!
    this.next[label] = next
    return true
  }

  /** Copies the labels of origins that can be ordered within the span. */
  private collect(): GatewayProfile {
    const { plan, count, room, order } = this
    const starts = new Int32Array(plan.origins.length + 1)
    plan.origins.forEach((site, o) => {
      let at = 0
      while (at < count[site]! && order[site * room + at]! > plan.spanMinutes) at++
      starts[o + 1] = starts[o]! + count[site]! - at
    })
    const labels = new Int32Array(LABEL_WORDS * starts[plan.origins.length]!)
    let word = 0
    plan.origins.forEach((site, o) => {
      const last = site * room + count[site]!
      for (let label = last - (starts[o + 1]! - starts[o]!); label < last; label++) {
        labels[word] = order[label]!
        labels[word + 1] = this.arrive[label]!
        labels[word + 2] = this.mills[label]!
        labels[word + 3] = this.lanes[label]!
        let part = label
        for (let leg = 0; leg < MOST_LANES && part >= 0; leg++) {
          labels[word + 4 + leg] = this.run[part]!
          part = this.next[part]!
        }
        word += LABEL_WORDS
      }
    })
    return { starts, labels }
  }
}
