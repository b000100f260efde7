/** One path through stock and open orders, written for reading; `followPaths` is the fast one. */
export interface PlainPath {
  readonly onHand: number
  /** Demand of each day from today. */
  readonly demand: readonly number[]
  /** Open orders: the day from today on which each arrives. */
  readonly incoming: readonly { readonly day: number; readonly units: number }[]
  /** Days until this order arrives, and until the next one can. */
  readonly arrival: number
  readonly end: number
}

/** Units lost before the order arrives and in its window, and the first day with a loss (or −1). */
export function followPathPlainly(path: PlainPath) {
  const days = path.demand.slice(0, path.end).map((_, day) => day)
  let stock = path.onHand
  const losses = days.map((day) => {
    const arriving = path.incoming.filter((order) => order.day === day)
    stock += arriving.reduce((units, order) => units + order.units, 0)
    const lost = Math.max(0, path.demand[day]! - stock)
    stock = Math.max(0, stock - path.demand[day]!)
    return lost
  })
  const sum = (from: number, to: number, weigh: (day: number) => number) =>
    days.slice(from, to).reduce((total, day) => total + losses[day]! * weigh(day), 0)
  return {
    lostBefore: sum(0, path.arrival, () => 1),
    lost: sum(path.arrival, path.end, () => 1),
    wait: sum(path.arrival, path.end, (day) => day - path.arrival),
    runOut: losses.findIndex((lost) => lost > 1e-9),
  }
}
