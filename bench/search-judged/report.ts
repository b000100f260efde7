import { evaluate } from '../../src/search/index.ts'
import { printFigure, rounded } from '../figure.ts'
import type { Measured, Way } from './measure.ts'

export interface Wanted {
  readonly figure: string
  readonly data: string
  readonly seed: number
}

const meanOf = (values: readonly number[]) => evaluate.meanOfDefined(values)

/** The best of the others by mean. */
export function bestOf(ways: readonly Way[], kind: 'ndcg' | 'recall'): Way {
  return ways.reduce((best, way) => (meanOf(way[kind]) > meanOf(best[kind]) ? way : best))
}

/** The best choice among arms for each query, known only afterwards. */
export function oracleOf(ways: readonly Way[], kind: 'ndcg' | 'recall'): number {
  return meanOf(ways[0]!.ndcg.map((_, q) => Math.max(...ways.map((way) => way[kind][q]!))))
}

/** Prints ours beside another way, with the paired interval over clusters of queries. */
export function printGain(
  { ours, clusters }: Measured,
  other: Way,
  kind: 'ndcg' | 'recall',
  wanted: Wanted & {
    readonly target: string
    isMet(ours: number, low: number, gain: number): boolean
  },
  more = '',
): void {
  const paired = evaluate.pairedDifference(ours[kind], other[kind], { groups: clusters })
  const { mean, low, high } = paired.student
  const value = meanOf(ours[kind])
  const { wins, losses, ties } = paired
  printFigure({
    figure: wanted.figure,
    value: rounded(value),
    unit: `${kind === 'ndcg' ? 'nDCG@10' : 'recall@20'}; gain on ${other.name} ${rounded(mean, 3)}, its interval over clusters beside; ${wins} won, ${losses} lost, ${ties} even${more}`,
    interval: [rounded(low, 3), rounded(high, 3)],
    baseline: rounded(meanOf(other[kind])),
    target: wanted.target,
    met: wanted.isMet(value, low, mean),
    data: `${wanted.data}, ${paired.queries} queries left out by clusters of words`,
    seed: wanted.seed,
  })
}
