/** Items of one knapsack: what each is worth and weighs, the best worth for its weight first. */
export interface Knapsack {
  readonly worth: Float64Array
  readonly weight: Float64Array
  readonly count: number
}

/** Nodes after which an exact search gives up and the fractional bound stands. */
const MOST_NODES = 2_000

/** The most that fits, the last item cut where it does not (Dantzig 1957): never less than whole items allow. */
export function fractionalWorth(items: Knapsack, capacity: number, from = 0): number {
  let left = capacity
  let total = 0
  for (let k = from; k < items.count; k++) {
    if (items.weight[k]! > left) return total + (items.worth[k]! * left) / items.weight[k]!
    left -= items.weight[k]!
    total += items.worth[k]!
  }
  return total
}

/**
 * The most that whole items are worth, by branch and bound in order of worth for weight (Horowitz
 * and Sahni 1974); where the search grows too large, the fractional worth, which is no less.
 */
export function wholeWorth(items: Knapsack, capacity: number): number {
  const most = fractionalWorth(items, capacity)
  const slack = 1e-9 * Math.abs(most)
  let best = 0
  let nodes = 0
  const search = (k: number, left: number, total: number): boolean => {
    if (total > best) best = total
    if (k >= items.count || best >= most - slack) return true
    if (++nodes > MOST_NODES) return false
    if (total + fractionalWorth(items, left, k) <= best + slack) return true
    const fits = items.weight[k]! <= left
    if (fits && !search(k + 1, left - items.weight[k]!, total + items.worth[k]!)) return false
    return search(k + 1, left, total)
  }
  return search(0, capacity * (1 + 1e-12), 0) ? Math.min(most, best + slack) : most
}
