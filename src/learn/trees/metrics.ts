import type { Labels } from './objectives.ts'
import { bestDcg, gainsOf } from './ranking.ts'
import type { TreeMetric, TreeObjective } from './types.ts'

/** Places that the ranking objectives watch when no metric is named. */
const NDCG_PLACES = 10

/**
 * Mean loss of raw scores (rows × outputs) under a metric; smaller is better. The objective's own:
 * half squared error, deviance up to a constant, pinball over levels, log loss, 1 − nDCG@10.
 */
export function lossOf(
  objective: TreeObjective,
  metric: TreeMetric,
  labels: Labels,
  scores: Float64Array,
): number {
  if (metric.kind === 'ndcg') return 1 - meanNdcg(objective, labels, scores, metric.at)
  const isRanking = objective.kind === 'lambdarank' || objective.kind === 'pairwise'
  if (metric.kind === 'objective' && isRanking) {
    return 1 - meanNdcg(objective, labels, scores, NDCG_PLACES)
  }
  const loss = metric.kind === 'objective' ? ownLoss(objective) : onScale(objective, metric.kind)
  const outputs = scores.length / labels.rows
  let sum = 0
  let total = 0
  for (let i = 0, s = 0; i < labels.rows; i++) {
    const weight = labels.weights === undefined ? 1 : labels.weights[i]!
    for (let k = 0; k < outputs; k++, s++) sum += weight * loss(labels.target[i]!, scores[s]!, k)
    total += weight * outputs
  }
  return sum / total
}

type Loss = (target: number, score: number, output: number) => number

function ownLoss(objective: TreeObjective): Loss {
  switch (objective.kind) {
    case 'poisson':
      return (y, s) => Math.exp(s) - y * s
    case 'tweedie': {
      const [a, b] = [1 - objective.power, 2 - objective.power]
      return (y, s) => (-y * Math.exp(a * s)) / a + Math.exp(b * s) / b
    }
    case 'logistic':
      return (y, s) => Math.max(s, 0) + Math.log1p(Math.exp(-Math.abs(s))) - y * s
    case 'quantile': {
      const { levels } = objective
      return (y, s, k) => (y > s ? levels[k]! * (y - s) : (1 - levels[k]!) * (s - y))
    }
    default:
      return (y, s) => (y - s) ** 2 / 2
  }
}

function onScale(objective: TreeObjective, kind: 'absolute' | 'squared'): Loss {
  const mean = meanOf(objective)
  return kind === 'absolute' ? (y, s) => Math.abs(y - mean(s)) : (y, s) => (y - mean(s)) ** 2
}

/** The prediction that a raw score stands for. */
export function meanOf(objective: TreeObjective): (score: number) => number {
  switch (objective.kind) {
    case 'poisson':
    case 'tweedie':
      return Math.exp
    case 'logistic':
      return (s) => 1 / (1 + Math.exp(-s))
    default:
      return (s) => s
  }
}

/** Mean over queries of DCG@places / best DCG@places; 1 where no row has a gain. */
export function meanNdcg(
  objective: TreeObjective,
  labels: Labels,
  scores: Float64Array,
  places: number,
): number {
  const gain = gainsOf(objective)
  let begin = 0
  let sum = 0
  for (const size of labels.groups!) {
    const best = bestDcg(labels.target, begin, size, places, gain)
    const start = begin
    const order = Array.from({ length: size }, (_, i) => start + i)
    order.sort((a, b) => scores[b]! - scores[a]! || a - b)
    let dcg = 0
    for (let i = 0; i < Math.min(size, places); i++) {
      dcg += gain(labels.target[order[i]!]!) / Math.log2(i + 2)
    }
    sum += best > 0 ? dcg / best : 1
    begin += size
  }
  return sum / labels.groups!.length
}
