/**
 * Movies with many judged queries: re-ranked and retrieved from all, each query by a model trained on
 * other clusters of query words; and our trees beside XGBoost on the same features and folds.
 * node bench/search-msrd.ts [--data DIR] [--tasks rerank,retrieve,peers] [--measured 5]
 *   [--queries 100000] [--rows 600000] [--python PATH]
 */
import { argument, dataFolder } from './figure.ts'
import { msrd } from './search-judged/data.ts'
import { type Measured, measureJudged } from './search-judged/measure.ts'
import { comparePeers } from './search-judged/peers.ts'
import { bestOf, printGain } from './search-judged/report.ts'

const SEED = 1
const tasks = argument('tasks', 'rerank,retrieve,peers').split(',')
const set = await msrd(dataFolder())
const shared = {
  folds: 5,
  measured: Number(argument('measured', '5')),
  queries: Number(argument('queries', '100000')),
  rows: Number(argument('rows', '600000')),
  seed: SEED,
  gain: 'exponential',
} as const
const data = `${set.name}, at most ${shared.rows} rows to learn from`

/** The smallest gain of any fold. */
function leastGain({ ours, folds }: Measured, other: readonly number[]): number {
  const gains = [...new Set(folds)].map((fold) => {
    const places = [...folds.keys()].filter((q) => folds[q] === fold)
    return places.reduce((sum, q) => sum + ours.ndcg[q]! - other[q]!, 0) / places.length
  })
  return Math.min(...gains)
}

if (tasks.includes('rerank')) {
  const measured = measureJudged(set, { ...shared, task: 'rerank' })
  for (const note of measured.notes) console.error(note)
  const votes = measured.others.find(({ name }) => name === 'text-sum-prior')!
  const least = leastGain(measured, votes.ndcg)
  for (const other of [votes, bestOf(measured.others, 'ndcg')]) {
    printGain(
      measured,
      other,
      'ndcg',
      {
        figure: `search-msrd/re-rank judged against ${other.name}`,
        data,
        seed: SEED,
        target: '≥ 0.04 above BM25 sum with votes in every fold',
        isMet: () => least >= 0.04,
      },
      `; least gain of a fold on text-sum-prior ${least.toFixed(4)}`,
    )
  }
}
if (tasks.includes('retrieve')) {
  const measured = measureJudged(set, { ...shared, task: 'retrieve' })
  for (const note of measured.notes) console.error(note)
  const arms = measured.others.slice(0, -1)
  const mix = measured.others.at(-1)!
  const wanted = { data, seed: SEED }
  printGain(measured, bestOf(arms, 'ndcg'), 'ndcg', {
    ...wanted,
    figure: 'search-msrd/retrieve from all against the best arm',
    target: '≥ 0.04 above',
    isMet: (_, __, gained) => gained >= 0.04,
  })
  printGain(measured, mix, 'ndcg', {
    ...wanted,
    figure: 'search-msrd/retrieve from all against the static mix',
    target: 'above',
    isMet: (_, low) => low > 0,
  })
  printGain(measured, bestOf(arms, 'recall'), 'recall', {
    ...wanted,
    figure: 'search-msrd/recall of the final list',
    target: '≥ 0.985',
    isMet: (ours) => ours >= 0.985,
  })
}
if (tasks.includes('peers')) comparePeers(set, shared.measured, shared.rows, SEED)
