/**
 * Candidates for the routes of one pair, put in by falling order-by: keeps those that no other beats in
 * order-by, arrive-by, cost and lanes; `a` and `b` say where each came from.
 */
export class ParetoList {
  count = 0
  order = new Int32Array(1024)
  arrive = new Int32Array(1024)
  mills = new Int32Array(1024)
  lanes = new Int32Array(1024)
  a = new Int32Array(1024)
  b = new Int32Array(1024)

  clear(): void {
    this.count = 0
  }

  /** Puts a candidate in unless one there beats it; one with the same order-by that it beats goes. */
  offer(order: number, arrive: number, mills: number, lanes: number, a: number, b: number): void {
    let at = this.count - 1
    for (; at >= 0; at--) {
      if (this.arrive[at]! <= arrive && this.mills[at]! <= mills && this.lanes[at]! <= lanes) return
      if (this.order[at]! > arrive) break
    }
    this.dropBeaten(order, arrive, mills, lanes)
    if (this.count === this.order.length) this.grow()
    at = this.count++
    this.order[at] = order
    this.arrive[at] = arrive
    this.mills[at] = mills
    this.lanes[at] = lanes
    this.a[at] = a
    this.b[at] = b
  }

  /** Keeps the `most` routes that would be missed most: see `missed`. Order stays. */
  thin(most: number, millsPerMinute: number): void {
    if (this.count <= most) return
    const losses = new Float64Array(this.count)
    for (let i = 0; i < this.count; i++) losses[i] = this.missed(i, millsPerMinute)
    const bar = losses.toSorted()[this.count - most]!
    // Among equals at the bar the latest stay.
    let atBar = most - losses.reduce((above, loss) => above + (loss > bar ? 1 : 0), 0)
    let kept = 0
    for (let i = 0; i < this.count; i++) {
      if (losses[i]! < bar || (losses[i] === bar && atBar-- <= 0)) continue
      this.move(i, kept++)
    }
    this.count = kept
  }

  /**
   * Mills that leaving route `i` out costs whoever would take it: the least that one of the next later
   * order-bys is dearer and later, with an hour's delay at its value.
   */
  private missed(i: number, millsPerMinute: number): number {
    let least = Infinity
    for (let j = i - 1; j >= 0 && j >= i - NEIGHBOURS; j--) {
      const dearer = Math.max(0, this.mills[j]! - this.mills[i]!)
      const later = Math.max(0, this.arrive[j]! - this.arrive[i]!)
      least = Math.min(least, dearer + later * millsPerMinute)
    }
    return least
  }

  private dropBeaten(order: number, arrive: number, mills: number, lanes: number): void {
    let from = this.count
    while (from > 0 && this.order[from - 1] === order) from--
    if (from === this.count) return
    let kept = from
    for (let i = from; i < this.count; i++) {
      const isBeaten =
        arrive <= this.arrive[i]! && mills <= this.mills[i]! && lanes <= this.lanes[i]!
      if (!isBeaten) this.move(i, kept++)
    }
    this.count = kept
  }

  private move(from: number, to: number): void {
    this.order[to] = this.order[from]!
    this.arrive[to] = this.arrive[from]!
    this.mills[to] = this.mills[from]!
    this.lanes[to] = this.lanes[from]!
    this.a[to] = this.a[from]!
    this.b[to] = this.b[from]!
  }

  private grow(): void {
    const twice = (values: Int32Array) => {
      const larger = new Int32Array(2 * values.length)
      larger.set(values)
      return larger
    }
    this.order = twice(this.order)
    this.arrive = twice(this.arrive)
    this.mills = twice(this.mills)
    this.lanes = twice(this.lanes)
    this.a = twice(this.a)
    this.b = twice(this.b)
  }
}

/** Later routes that are looked at for one that stands in. */
const NEIGHBOURS = 12
