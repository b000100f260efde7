/** Steps of all lines as columns; steps of one line are in order, their gain per money falling. */
export interface RankedSteps {
  readonly line: Int32Array
  /** Of the step alone, in cents and cubic metres. */
  readonly cost: Float64Array
  readonly gain: Float64Array
  readonly volume: Float64Array
}

export interface Limits {
  /** Cents; Infinity: none. */
  readonly budget: number
  /** Cubic metres; Infinity: none. */
  readonly space: number
}

export interface BudgetCut {
  /** Steps in the order in which money should go to them. */
  readonly order: Int32Array
  /** 1 for each step taken; of a line always its first ones. */
  readonly taken: Uint8Array
  readonly cost: number
  readonly gain: number
  readonly volume: number
  /** Money that one more cubic metre would be worth (cents); 0 where space does not bind. */
  readonly spacePrice: number
}

/** Prices of a cubic metre tried when space binds: 0, then 10 cents doubled up to 50,000 dollars. */
const SPACE_PRICES = [0, ...Array.from({ length: 20 }, (_, i) => 10 * 2 ** i)]
/** Largest single steps tried: all, then each power of two cents. */
const LARGEST_STEPS = [Infinity, ...Array.from({ length: 40 }, (_, i) => 2 ** (40 - i))]

/**
 * Ranks steps by expected gain per money (less `spacePrice` a cubic metre) and takes them from the
 * top until the next one does not fit: the greedy solution of the knapsack on concave lines, at
 * most one step short of its bound (Dantzig 1957). A large step near the cut could leave most of a
 * budget unspent, so the cut is repeated with steps above each power of two left out, and the cut
 * of highest gain stands. None of these choices depends on the budget, so that a larger budget (or
 * more space) never gains less.
 */
export function cutAtLimits(steps: RankedSteps, limits: Limits): BudgetCut {
  return bestCut(steps, limits, (spacePrice) => rankSteps(steps, spacePrice))
}

/**
 * The same for steps that stand in their order already, best use of money first, with no limit of
 * space: what a budget buys from a plan that was made before.
 */
export function cutInOrder(steps: RankedSteps, budget: number): BudgetCut {
  const order = Int32Array.from(steps.line, (_, s) => s)
  return bestCut(steps, { budget, space: Infinity }, () => order)
}

function bestCut(
  steps: RankedSteps,
  limits: Limits,
  orderAt: (spacePrice: number) => Int32Array,
): BudgetCut {
  const highest = steps.cost.reduce((most, cents) => Math.max(most, cents), 0)
  const lineCount = steps.line.reduce((most, line) => Math.max(most, line), -1) + 1
  const largestSteps = LARGEST_STEPS.filter((cents) => cents === Infinity || cents < highest)
  let best: BudgetCut | undefined
  for (const spacePrice of limits.space === Infinity ? [0] : SPACE_PRICES) {
    const order = orderAt(spacePrice)
    for (const largest of largestSteps) {
      const cut = cutOnce(steps, lineCount, limits, order, largest, spacePrice)
      if (best === undefined || cut.gain > best.gain) best = cut
      if (!cut.taken.includes(0)) return best
    }
  }
  return best!
}

/** Step indices by falling gain per money; ties by index, so that a line's steps stay in order. */
export function rankSteps(steps: RankedSteps, spacePrice = 0): Int32Array {
  const { cost, gain, volume } = steps
  const score = cost.map((cents, s) => {
    const net = gain[s]! - spacePrice * volume[s]!
    return net > 0 ? net / Math.max(cents, 1e-9) : net
  })
  return Int32Array.from(cost, (_, s) => s).sort((a, b) => score[b]! - score[a]! || a - b)
}

function cutOnce(
  steps: RankedSteps,
  lineCount: number,
  limits: Limits,
  order: Int32Array,
  largest: number,
  spacePrice: number,
): BudgetCut {
  const taken = new Uint8Array(order.length)
  const closed = new Uint8Array(lineCount)
  let cost = 0
  let gain = 0
  let volume = 0
  for (const s of order) {
    const line = steps.line[s]!
    const stepCost = steps.cost[s]!
    if (closed[line] === 1) continue
    const worth = steps.gain[s]! > spacePrice * steps.volume[s]!
    if (stepCost > largest || !worth) {
      closed[line] = 1
      continue
    }
    const fits = cost + stepCost <= limits.budget && volume + steps.volume[s]! <= limits.space
    if (!fits) break
    taken[s] = 1
    cost += stepCost
    gain += steps.gain[s]!
    volume += steps.volume[s]!
  }
  return { order, taken, cost, gain, volume, spacePrice }
}
