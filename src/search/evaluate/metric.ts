import { StorewrightError } from '../../core/errors.ts'
import {
  averagePrecision,
  type GainKind,
  type GradedRanking,
  ndcgAt,
  precisionAt,
  recallAt,
  reciprocalRank,
} from './metrics.ts'

/** A measure of one query's ranking, by name; higher is better, NaN where it is not defined. */
export interface Metric {
  readonly name: string
  of(ranking: GradedRanking): number
}

export interface MetricOptions {
  /** Gain of grades in nDCG (exponential). */
  readonly gain?: GainKind
  /** Smallest grade that counts as relevant (1). */
  readonly relevant?: number
}

/**
 * The metric of a name: ndcg@K, recall@K, precision@K, map or mrr. Throws ERR_ARGUMENT on another.
 */
export function metricNamed(name: string, options: MetricOptions = {}): Metric {
  const { gain, relevant } = options
  const [, kind = '', places = ''] = /^(ndcg|recall|precision)@([1-9]\d{0,5})$/.exec(name) ?? []
  const k = Number(places)
  if (kind === 'ndcg') return { name, of: (ranking) => ndcgAt(ranking, k, gain) }
  if (kind === 'recall') return { name, of: (ranking) => recallAt(ranking, k, relevant) }
  if (kind === 'precision') return { name, of: (ranking) => precisionAt(ranking, k, relevant) }
  if (name === 'map') return { name, of: (ranking) => averagePrecision(ranking, relevant) }
  if (name === 'mrr') return { name, of: (ranking) => reciprocalRank(ranking, relevant) }
  throw new StorewrightError('ERR_ARGUMENT', `there is no metric "${name}"`, {
    next: 'Take ndcg@10, recall@20, precision@5 (with any number of places), map or mrr.',
  })
}
