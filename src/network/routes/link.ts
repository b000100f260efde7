import type { Connections } from './connections.ts'
import { ParetoList } from './pareto.ts'
import { type GatewayProfile, LABEL_WORDS } from './scan.ts'

/** The runs of one lane into an area, by rising deadline. */
export interface LastLane {
  readonly gateway: number
  readonly runs: Int32Array
  readonly mills: number
}

/** Joins ways to gateways with the lanes that go on into an area. */
export class AreaLinker {
  private readonly connections: Connections
  private readonly spanMinutes: number
  /** Where each lane's candidates have come to, and the run that the last label took. */
  private cursors = new Int32Array(16)
  private runAt = new Int32Array(16)
  readonly list = new ParetoList()

  constructor(connections: Connections, spanMinutes: number) {
    this.connections = connections
    this.spanMinutes = spanMinutes
  }

  /**
   * The routes of one origin into an area over `lanes`, in `list`: of each, `a` is its last run and
   * `b` = lane × SPLIT + label says which way of the lane's profile leads there, −1 where the last
   * run is the only one.
   */
  link(
    lanes: readonly LastLane[],
    profiles: readonly GatewayProfile[],
    origin: number,
    site: number,
  ): void {
    this.list.clear()
    if (this.cursors.length < lanes.length) {
      this.cursors = new Int32Array(2 * lanes.length)
      this.runAt = new Int32Array(2 * lanes.length)
    }
    for (let k = 0; k < lanes.length; k++) {
      const isOwn = lanes[k]!.gateway === site
      const { runs } = lanes[k]!
      this.cursors[k] = isOwn ? runs.length - 1 : profiles[k]!.starts[origin]! * LABEL_WORDS
      this.runAt[k] = runs.length - 1
      if (isOwn) this.skipAfterSpan(k, runs)
    }
    for (;;) {
      const k = this.latest(lanes, profiles, origin, site)
      if (k < 0) return
      if (lanes[k]!.gateway === site) this.takeRun(k, lanes[k]!)
      else this.takeLabel(k, lanes[k]!, profiles[k]!.labels)
    }
  }

  private skipAfterSpan(k: number, runs: Int32Array): void {
    const { deadline } = this.connections
    while (this.cursors[k]! >= 0 && deadline[runs[this.cursors[k]!]!]! > this.spanMinutes) {
      this.cursors[k]! -= 1
    }
  }

  /** The lane whose next candidate has the latest order-by; −1 when all are done. */
  private latest(
    lanes: readonly LastLane[],
    profiles: readonly GatewayProfile[],
    origin: number,
    site: number,
  ): number {
    let best = -1
    let latest = -1
    for (let k = 0; k < lanes.length; k++) {
      const at = this.cursors[k]!
      const { gateway, runs } = lanes[k]!
      let order = -1
      if (gateway === site) order = at >= 0 ? this.connections.deadline[runs[at]!]! : -1
      else {
        const { starts, labels } = profiles[k]!
        if (at < starts[origin + 1]! * LABEL_WORDS) order = labels[at]!
      }
      if (order > latest) {
        latest = order
        best = k
      }
    }
    return best
  }

  private takeRun(k: number, { runs, mills }: LastLane): void {
    const run = runs[this.cursors[k]!]!
    this.cursors[k]! -= 1
    const { deadline, arrive } = this.connections
    this.list.offer(deadline[run]!, arrive[run]!, mills, 1, run, -1)
  }

  /** The next label takes the first run that it is in time for; labels come roughly by falling arrival. */
  private takeLabel(k: number, { runs, mills }: LastLane, labels: Int32Array): void {
    const at = this.cursors[k]!
    this.cursors[k] = at + LABEL_WORDS
    const { deadline, arrive } = this.connections
    const there = labels[at + 1]!
    let run = this.runAt[k]!
    while (run > 0 && deadline[runs[run - 1]!]! >= there) run--
    while (run < runs.length && deadline[runs[run]!]! < there) run++
    this.runAt[k] = Math.min(run, runs.length - 1)
    if (run >= runs.length) return
    const last = runs[run]!
    this.list.offer(
      labels[at]!,
      arrive[last]!,
      labels[at + 2]! + mills,
      labels[at + 3]! + 1,
      last,
      k * SPLIT + at / LABEL_WORDS,
    )
  }
}

/** Labels a profile can have: `b` is lane × SPLIT + label. */
export const SPLIT = 1 << 20
