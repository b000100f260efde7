import type { TreeObjective } from '../../src/learn/trees/index.ts'

/** Mean nDCG of rankings by falling score, with gains 2^grade − 1; 1 for a query without gain. */
export function ndcgOf(
  target: Float64Array,
  scores: Float64Array,
  groups: Int32Array,
  places: number,
): number {
  let begin = 0
  let sum = 0
  for (const size of groups) {
    const rows = Array.from({ length: size }, (_, i) => begin + i)
    const dcg = (order: readonly number[]) =>
      order
        .slice(0, places)
        .reduce((total, row, i) => total + (2 ** target[row]! - 1) / Math.log2(i + 2), 0)
    const best = dcg(rows.toSorted((a, b) => target[b]! - target[a]!))
    sum += best > 0 ? dcg(rows.toSorted((a, b) => scores[b]! - scores[a]!)) / best : 1
    begin += size
  }
  return sum / groups.length
}

/** The loss that a task is judged by; smaller is better. predictions: rows × outputs. */
export function judge(
  objective: TreeObjective,
  target: Float64Array,
  predictions: Float64Array,
  groups: Int32Array | undefined,
): number {
  const mean = (loss: (y: number, p: number) => number) =>
    target.reduce((sum, y, i) => sum + loss(y, predictions[i]!), 0) / target.length
  switch (objective.kind) {
    case 'squared':
      return Math.sqrt(mean((y, p) => (y - p) ** 2))
    case 'poisson':
      return mean((y, p) => 2 * ((y > 0 ? y * Math.log(y / p) : 0) - (y - p)))
    case 'tweedie': {
      const [a, b] = [1 - objective.power, 2 - objective.power]
      return mean((y, p) => (-y * p ** a) / a + p ** b / b)
    }
    case 'logistic':
      return mean((y, p) => -Math.log(Math.max(1e-12, y === 1 ? p : 1 - p)))
    case 'quantile':
      return meanPinball(objective.levels, target, predictions)
    default:
      return 1 - ndcgOf(target, predictions, groups!, 10)
  }
}

function meanPinball(
  levels: readonly number[],
  target: Float64Array,
  predictions: Float64Array,
): number {
  let sum = 0
  for (let i = 0, at = 0; i < target.length; i++) {
    for (const level of levels) {
      const error = target[i]! - predictions[at++]!
      sum += Math.max(level * error, (level - 1) * error)
    }
  }
  return sum / predictions.length
}
