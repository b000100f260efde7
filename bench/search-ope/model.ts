import { bandits } from '../../src/learn/index.ts'
import { type ObdLog, POSITIONS } from './read.ts'

/** Click rate of each item shrunk to the rate of all, by cross-fitting: fitted on other rows. */
export function crossFittedRates(
  items: Int32Array,
  clicks: Float64Array,
  itemCount: number,
  folds = 2,
): { readonly rateOf: (row: number, item: number) => number } {
  const PRIOR_ROWS = 200
  const rates = Array.from({ length: folds }, (_, fold) => {
    const counts = new Float64Array(itemCount)
    const sums = new Float64Array(itemCount)
    let total = 0
    let rows = 0
    items.forEach((item, i) => {
      if (i % folds === fold) return
      counts[item] = counts[item]! + 1
      sums[item] = sums[item]! + clicks[i]!
      total += clicks[i]!
      rows++
    })
    const overall = total / rows
    return counts.map((n, item) => (sums[item]! + PRIOR_ROWS * overall) / (n + PRIOR_ROWS))
  })
  return { rateOf: (row, item) => rates[row % folds]![item]! }
}

/** A logistic model of clicks by item, position, user features and affinity: the semi-synthetic truth. */
export interface ClickModel {
  /** Chance of a click of each item for the context of row `row` of `log`. */
  chances(log: ObdLog, row: number, position: number): Float64Array
}

export function fitClickModel(
  logs: readonly ObdLog[],
  itemCount: number,
  isUsed: (row: number) => boolean,
): ClickModel {
  const levels = logs[0]!.userLevels
  const offsets: number[] = []
  let dimension = 1 + itemCount + POSITIONS
  for (const size of levels) {
    offsets.push(dimension)
    dimension += size
  }
  const featuresOf = (log: ObdLog, row: number, item: number, position: number) => {
    const x = new Float64Array(dimension)
    x[0] = 1
    x[1 + item] = 1
    x[1 + itemCount + position] = 1
    for (let f = 0; f < levels.length; f++) x[offsets[f]! + log.users[row * levels.length + f]!] = 1
    return x
  }
  const used = logs.flatMap((log) =>
    Array.from({ length: log.rows }, (_, row) => ({ log, row })).filter(({ row }) => isUsed(row)),
  )
  const features = new Float64Array(used.length * dimension)
  used.forEach(({ log, row }, i) => {
    features.set(featuresOf(log, row, log.items[row]!, log.positions[row]!), i * dimension)
  })
  const rewards = Float64Array.from(used, ({ log, row }) => log.clicks[row]!)
  const coefficients = bandits.fitLogistic(features, rewards, dimension)
  return {
    chances: (log, row, position) =>
      Float64Array.from({ length: itemCount }, (_, item) =>
        bandits.logisticChance(featuresOf(log, row, item, position), coefficients),
      ),
  }
}
